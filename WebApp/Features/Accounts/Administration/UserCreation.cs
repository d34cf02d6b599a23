using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Features.Roles;
using WebApp.Features.Verification;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Mail.Messages;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Platform.Users;

namespace WebApp.Features.Accounts.Administration;

/// <summary>Creates accounts without a password, and mails their owners an invitation to choose one. Only the mailbox's owner chooses it (ASVS 6.4.6).</summary>
public sealed class UserCreation(
    AppDbContext db, AdministeredAccounts accounts, RoleDirectory roles, OneTimeSecrets secrets, Outbox outbox, ChangeFeed feed, IOptions<AppOptions> app, TimeProvider clock)
{
    /// <summary>How long an invitation's link and code work.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Creates an account and mails its invitation. No rule of registration holds: neither the mode nor the allowed domains.</summary>
    public Task<UserCreationResult> CreateAsync(RoleActor actor, NewAccount account, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => CreateOnceAsync(actor, account, client, cancel));

    private async Task<UserCreationResult> CreateOnceAsync(RoleActor actor, NewAccount account, ClientInfo client, CancellationToken cancel)
    {
        var (address, name) = (EmailAddress.Parse(account.Email), DisplayName.Clean(account.DisplayName));
        List<FieldError> errors = [.. new[] { address is null ? new FieldError("Email", T("Enter an email address, such as ada@example.org.")) : null, DisplayName.Check(name) }.OfType<FieldError>()];
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Administrators.LockAsync(db, cancel);
        var all = await roles.ListAsync(cancel, mostCounted: 0);
        if (account.Roles.Except(all.Select(role => role.Name)).FirstOrDefault() is { } unknown)
        {
            errors.Add(new("Roles", T("There is no role {0}.", OneLine.Clean(unknown, 50) ?? T("without a name"))));
        }

        if (errors.Count > 0)
        {
            return new UserCreationResult.Refused(new AdministrationResult.Invalid(errors));
        }

        RoleView[] given = [.. all.Where(role => role.Id != Role.UserId && account.Roles.Contains(role.Name))];
        var held = await HeldPermissions.OfAsync(db, actor, cancel);
        if (!held.Cover([Permission.UsersWrite]))
        {
            return new UserCreationResult.Refused(new AdministrationResult.Forbidden(T("You are not allowed to do this.")));
        }

        if (given.Length > 0 && RoleDirectory.Beyond(held, given) is { } beyond)
        {
            return new UserCreationResult.Refused(new AdministrationResult.Forbidden(beyond.Reason));
        }

        var normalized = EmailAddress.Normalize(address!);
        await UnconfirmedAccounts.RemoveAbandonedAsync(db, normalized, cancel);
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == normalized, cancel))
        {
            return Taken();
        }

        var user = NewUser.Add(db, address!, normalized, account.EmailVerified, clock.GetUtcNow(), name, roles: [.. given.Select(role => role.Id)]);
        accounts.Note(actor, user.Id, SecurityEventKind.Registered, client, "by an administrator");
        await AddInvitationAsync(user, cancel);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Taken(); // Created concurrently.
        }

        await transaction.CommitAsync(cancel);
        feed.ApplyHere(Topics.UserChanged, user.Id.ToString());
        return new UserCreationResult.Created(user.Id);
    }

    /// <summary>Mails the invitation again, to an account without a password. At most one a minute; earlier links stay valid.</summary>
    public Task<AdministrationResult> InviteAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel) =>
        db.RetryAsync(() => InviteOnceAsync(actor, userId, client, cancel));

    private async Task<AdministrationResult> InviteOnceAsync(RoleActor actor, Guid userId, ClientInfo client, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (user, obstacle) = await accounts.FindAsync(actor, userId, Permission.UsersWrite, cancel);
        if (user is null)
        {
            return obstacle!;
        }

        if (user.PasswordHash is not null)
        {
            return new AdministrationResult.Conflict(T("This account has a password already. Send a password reset link instead."));
        }

        if (await secrets.WasMadeWithinAsync(db, SecretPurpose.ResetPassword, userId, Pause, cancel))
        {
            return new AdministrationResult.Conflict(T("A link was sent less than a minute ago. It still works."));
        }

        await AddInvitationAsync(user, cancel);
        accounts.Note(actor, userId, SecurityEventKind.PasswordResetSent, client, "invitation");
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new AdministrationResult.Done();
    }

    private async Task AddInvitationAsync(User user, CancellationToken cancel)
    {
        var (token, code) = await secrets.AddAsync(db, SecretPurpose.ResetPassword, user.Id, InvitationLifetime, cancel);
        using var language = Language.UseForOther(user.Language);
        outbox.Add(db, user.Email!, AccountInvitationMail.Compose(app.Value, token, code, (int)InvitationLifetime.TotalDays), AccountInvitationMail.Kind);
    }

    private static UserCreationResult.Refused Taken() => new(new AdministrationResult.Conflict(T("There is an account with this address already.")));
}

/// <summary>The account that an administrator creates.</summary>
/// <param name="Email">As typed.</param>
/// <param name="DisplayName">As typed.</param>
/// <param name="Roles">Names of roles besides <c>user</c>.</param>
/// <param name="EmailVerified">Whether the administrator knows that the address is its owner's.</param>
public sealed record NewAccount(string? Email, string? DisplayName, IReadOnlyCollection<string> Roles, bool EmailVerified);

/// <summary>The result of creating an account.</summary>
public abstract record UserCreationResult
{
    private UserCreationResult()
    {
    }

    /// <summary>The account was created and its invitation queued.</summary>
    public sealed record Created(Guid Id) : UserCreationResult;

    /// <summary>Nothing was done.</summary>
    public sealed record Refused(AdministrationResult Result) : UserCreationResult;
}
