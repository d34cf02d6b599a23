using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebApp.Features.Audit;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Users;

namespace WebApp.Features.SignIn.Localhost;

/// <summary>Signs in whoever develops on this machine. Registered in Development alone.</summary>
public sealed class LocalhostSignIn(AppDbContext db, VouchedSignIn vouched, AuditTrail audit, IOptions<LocalhostOptions> options, TimeProvider clock)
{
    /// <summary>What it adds to <c>amr</c>: RFC 8176 has no value for it.</summary>
    public const string Amr = "local";

    /// <summary>Whom it signs in where nobody else is asked for.</summary>
    public string Email => options.Value.Email;

    /// <summary>Checks an account by its address; that of <see cref="Email"/> is made where it is not there.</summary>
    public async Task<SignInResult> SignInAsync(string? email, RowKey? device, ClientInfo client, CancellationToken cancel)
    {
        var normalized = EmailAddress.Normalize(string.IsNullOrWhiteSpace(email) ? Email : email.Trim());
        var user = await FindAsync(normalized, cancel);
        if (user is null && normalized == EmailAddress.Normalize(Email))
        {
            user = await MakeAsync(normalized, client, cancel);
        }

        return await vouched.SignInAsync(user, Amr, device, client, cancel);
    }

    private Task<User?> FindAsync(string normalized, CancellationToken cancel) =>
        db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedEmail == normalized, cancel);

    private async Task<User?> MakeAsync(string normalized, ClientInfo client, CancellationToken cancel)
    {
        var user = NewUser.Add(
            db, Email, normalized, confirmed: true, clock.GetUtcNow(), displayName: "Developer", passwordHash: null, Role.AdminId);
        audit.Add(db, SecurityEventKind.Registered, client, user.Id, detail: "from localhost");
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Made by a request at the same moment.
        }

        db.ChangeTracker.Clear();
        return await FindAsync(normalized, cancel);
    }
}
