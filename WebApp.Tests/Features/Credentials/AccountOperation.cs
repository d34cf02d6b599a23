using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Accounts;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Groups;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Features.Verification;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>Something that writes rows of an account, in whatever way: to be run beside every other.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Run">Does it. A refusal is no failure.</param>
/// <param name="Prepare">Sets the scene.</param>
public sealed record AccountOperation(string Name, Func<RaceScene, Task> Run, Func<RaceScene, Task>? Prepare = null)
{
    private const string Password = "Velvet harbour 9 evening!";

    /// <summary>Every one there is: the authorised writes, the revocations, and what belongs to neither.</summary>
    public static IReadOnlyList<AccountOperation> All { get; } =
    [
        .. AuthorisedWrite.All.Select(write => new AccountOperation(write.Name, write.Run, write.Prepare)),
        .. Revocation.All.Select(revocation => new AccountOperation(
            $"{revocation.Name} (revocation)", s => revocation.Run(s, s.Ready), async s => s.Ready = revocation.Prepare is { } ready ? await ready(s) : "")),
        new("registration", RegisterAsync),
        new("registration's code tried", s => s.Api.PostAsync("/auth/confirm-email", new { email = s.NewAddress, code = "12345678", password = Password }), RegisterAsync),
        new("registration confirmed", s => s.Api.PostAsync("/auth/confirm-email", new { token = s.Prepared, password = Password }), AddRegistrationAsync),
        new("registration declined", s => s.WithAsync<EmailConfirmation, bool>((confirmation, _) => confirmation.DeclineAsync(s.Prepared, RaceScene.Client, default)), AddRegistrationAsync),
        new("address changed to one that is registered", s => s.WithAsync<EmailChange, string?>((change, _) =>
            change.ConfirmAsync(new SecretProof.ByToken(s.Prepared), RaceScene.Client, default)),
            async s => s.Prepared = await s.LinkAsync(SecretPurpose.ChangeEmail, s.OwnerSession, s.NewAddress)),
        new("reset asked for", s => s.Api.PostAsync("/auth/forgot-password", new { email = s.User.Email })),
        new("reset's code tried", s => s.Api.PostAsync("/auth/reset-password", new { email = s.User.Email, code = "12345678", new_password = Password }), TwoLinksAsync),
        new("reset by the newer of two mails", s => s.WithAsync<PasswordReset, PasswordResetResult>((reset, _) =>
            reset.ResetAsync(new SecretProof.ByToken(s.Prepared), Password, RaceScene.Client, default)), TwoLinksAsync),
        new("refresh", s => s.Api.PostAsync("/auth/refresh", new { refresh_token = s.Tokens.Refresh })),
        new("refresh token replayed", s => s.WithAsync<RefreshReuse, bool>(async (reuse, _) =>
        {
            var now = s.App.Clock.GetUtcNow();
            await reuse.EndAsync(new(s.User.Id, s.Tokens.SessionId, 1, now, now.AddDays(1)), RaceScene.Client, default);
            return true;
        })),
        new("API token revoked", s => s.WithAsync<WebApp.Features.Tokens.ApiTokens, int>((tokens, _) => tokens.RevokeAllAsync(s.User.Id, RaceScene.Client, default)), s =>
            s.Api.CreateTokenAsync(s.Tokens.Access, "profile.read")),
        new("mailed code sent", s => s.WithAsync<EmailCodeFactor, EmailCodeResult>((codes, _) => codes.SendAsync(s.User.Id, s.BrowserSession, RaceScene.Client, default)), MailedCodesAsync),
        new("mailed code tried", s => s.WithAsync<EmailCodeFactor, FactorResult>((codes, _) => codes.VerifyAsync(s.User.Id, s.BrowserSession, "123456", default)), async s =>
        {
            await MailedCodesAsync(s);
            await s.LinkAsync(SecretPurpose.SecondFactor, s.BrowserSession);
        }),
        new("signed in with a recovery code", s => s.Api.AnswerAsync(s.Ready, s.Prepared, "recovery_code"), async s =>
        {
            await s.AddPhoneAsync();
            s.Prepared = RecoveryCodeText.New();
            var hash = s.App.Services.GetRequiredService<RecoveryCodeHash>().Compute(s.User.Id, s.Prepared)!;
            await s.App.QueryAsync<object>("INSERT INTO recovery_codes (id, user_id, code_hash) VALUES ($1, $2, $3)", Guid.CreateVersion7(), s.User.Id, hash);
            s.Ready = await s.Api.BeginAsync(s.User);
        }),
        new("passkey renamed", s => s.Browser.SubmitAsync("/account", $"/account/passkeys/{s.Passkey!.PathId}/rename", ("Name", "Other")), async s => s.Passkey = await SoftPasskey.AddAsync(s.App, s.User)),
        new("signed out", s => s.Browser.SubmitAsync("/account", "/logout")),
        new("device forgotten", s => s.WithAsync<KnownDevices, bool>(async (devices, _) =>
        {
            foreach (var device in await devices.ListAsync(s.User.Id, default))
            {
                await devices.ForgetAsync(s.User.Id, device.Id, RaceScene.Client, default);
            }

            return true;
        })),
        new("account unlocked", s => s.WithAsync<AccountClosing, AdministrationResult>((closing, _) => closing.UnlockAsync(Actor(s), s.User.Id, RaceScene.Client, default)), AdministratorAsync),
        new("reset sent by an administrator", s => s.WithAsync<AdminCredentialReset, AdministrationResult>((relief, _) =>
            relief.SendPasswordResetAsync(Actor(s), s.User.Id, RaceScene.Client, default)), AdministratorAsync),
        new("renamed by an administrator", s => s.WithAsync<AdminRenaming, AdministrationResult>((renaming, _) =>
            renaming.RenameAsync(Actor(s), s.User.Id, "Ada", RaceScene.Client, default)), AdministratorAsync),
        new("looked at by an administrator", async s =>
        {
            var session = await s.App.OpenBrowserSessionAsync(new(Guid.Parse(s.Prepared), "", ""));
            await s.WithAsync<ImpersonationStart, bool>(async (start, _) =>
                (await start.RunAsync(new(Guid.Parse(s.Prepared), session.Id), s.User.Id, "A question", RaceScene.Client, default)).Begun is not null);
        }, AdministratorAsync),
        new("role given", async s => await s.WithAsync<RoleAssignment, RoleResult>((roles, _) => roles.AssignAsync(Actor(s), s.User.Id, ["admin"], RaceScene.Client, default)), AdministratorAsync),
        new("role deleted", s => s.WithAsync<RoleDirectory, RoleResult>((roles, _) =>
            roles.DeleteAsync(Actor(s), Guid.Parse(s.Ready), evenFromMembers: true, RaceScene.Client, default)), async s =>
        {
            await AdministratorAsync(s);
            var (_, role) = await s.App.CreateUserWithAsync();
            await s.App.GiveAsync(s.User, role);
            s.Ready = role.ToString();
        }),
        new("group made", s => s.WithAsync<GroupDirectory, GroupResult>((groups, _) => groups.CreateAsync(new(s.User.Id, s.OwnerSession, RaceScene.Client), "Choir", default))),
        new("group deleted", s => s.WithAsync<GroupDirectory, GroupResult>((groups, _) =>
            groups.DeleteAsync(new(s.User.Id, s.OwnerSession, RaceScene.Client), Guid.Parse(s.Prepared), default)), async s =>
            s.Prepared = (await s.Api.CreateGroupAsync(s.Tokens.Access)).ToString()),
        new("invitation accepted", s => s.WithAsync<GroupAnswers, GroupResult>((answers, _) =>
            answers.AcceptAsync(new(s.User.Id, s.OwnerSession, RaceScene.Client), new InvitationProof.ById(Guid.Parse(s.Prepared)), default)), InviteAsync),
        new("invitation's code tried", s => s.WithAsync<GroupAnswers, GroupResult>((answers, _) =>
            answers.AcceptAsync(new(s.User.Id, s.OwnerSession, RaceScene.Client), new InvitationProof.ByCode("12345678"), default)), InviteAsync),
        new("account erased", s => s.WithAsync<AccountErasure, bool>(async (erasure, _) =>
        {
            await s.App.QueryAsync<object>("UPDATE users SET deletion_requested_at = now() - interval '40 days' WHERE id = $1", s.User.Id);
            await erasure.RunAsync(default);
            return true;
        }), s => s.Api.CreateGroupAsync(s.Tokens.Access)),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static RoleActor Actor(RaceScene scene) => new(Guid.Parse(scene.Prepared), null);

    private static async Task AdministratorAsync(RaceScene scene) => scene.Prepared = (await scene.App.CreateAdminAsync()).Id.ToString();

    private static Task RegisterAsync(RaceScene scene) => scene.WithAsync<Registration, RegistrationResult>((registration, _) =>
        registration.RegisterAsync(scene.NewAddress, Password, null, null, RaceScene.Client, default));

    private static async Task AddRegistrationAsync(RaceScene scene)
    {
        await RegisterAsync(scene);
        scene.Prepared = RegistrationSecrets.New().Token;
        await scene.App.QueryAsync<object>(
            "UPDATE registrations SET token_hash = $2 WHERE id = (SELECT id FROM registrations WHERE normalized_email = upper($1) ORDER BY id DESC LIMIT 1)",
            scene.NewAddress, RegistrationSecrets.TokenHash(scene.Prepared));
    }

    private static async Task TwoLinksAsync(RaceScene scene)
    {
        await scene.LinkAsync(SecretPurpose.ResetPassword);
        scene.Prepared = await scene.LinkAsync(SecretPurpose.ResetPassword);
    }

    private static Task MailedCodesAsync(RaceScene scene) =>
        scene.App.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", scene.User.Id);

    private static async Task InviteAsync(RaceScene scene)
    {
        var owner = (await scene.Api.LoginAsync(await scene.App.CreateUserAsync())).Access;
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var group = await scene.Api.CreateGroupAsync(owner);
            var answer = await scene.Api.PostAsync($"/groups/{group}/invitations", new { email = scene.User.Email, role = "member" }, owner);
            scene.Prepared = answer.Json.GetProperty("id").GetString()!;
        }
    }
}
