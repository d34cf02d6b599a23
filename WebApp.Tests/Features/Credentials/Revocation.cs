using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using WebApp.Features.Accounts;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Credentials;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.Sessions;
using WebApp.Features.Verification;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>Something that takes access away from everybody but the owner.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Run">Does it; true where it was done.</param>
/// <param name="EndsSignIns">Whether sign-ins that are under way end too.</param>
/// <param name="EndsApiTokens">Whether API tokens end.</param>
/// <param name="Prepare">What stands ready before the race.</param>
public sealed record Revocation(string Name, Func<RaceScene, string, Task<bool>> Run, bool EndsSignIns = true, bool EndsApiTokens = false, Func<RaceScene, Task<string>>? Prepare = null)
{
    private const string NewPassword = "Velvet harbour 8 evening!";

    /// <summary>Every one there is.</summary>
    public static IReadOnlyList<Revocation> All { get; } =
    [
        new("its session is ended", (s, _) => s.WithAsync<SessionDirectory, bool>(async (sessions, _) =>
            await sessions.EndAsync(s.User.Id, s.Tokens.SessionId, EndReason.EndedByUser, RaceScene.Client, default)
            & await sessions.EndAsync(s.User.Id, s.BrowserSession, EndReason.EndedByUser, RaceScene.Client, default)), EndsSignIns: false),
        new("other sessions are ended", (s, _) => s.WithAsync<SessionDirectory, bool>(async (sessions, _) =>
            await sessions.EndOthersAsync(s.User.Id, s.OwnerSession, RaceScene.Client, default) > 0)),
        new("signed out everywhere", (s, _) => s.WithAsync<CredentialChanges, bool>(async (changes, _) =>
        {
            await changes.SignOutEverywhereAsync(s.User.Id, RaceScene.Client, default);
            return true;
        })),
        new("password changed", (s, _) => s.WithAsync<PasswordChange, bool>(async (change, _) =>
            await change.ChangeAsync(s.User.Id, s.OwnerSession, knownDevice: null, s.User.Password, NewPassword, RaceScene.Client, default) is PasswordChangeResult.Changed)),
        new("password reset", (s, link) => s.WithAsync<PasswordReset, bool>(async (reset, _) =>
            await reset.ResetAsync(new SecretProof.ByToken(link), NewPassword, RaceScene.Client, default) is PasswordResetResult.Done), EndsApiTokens: true,
            Prepare: s => s.LinkAsync(SecretPurpose.ResetPassword)),
        new("this wasn't me", (s, link) => s.WithAsync<AccountRecovery, bool>(async (taking, _) =>
            await taking.ActAsync(SecretPurpose.NotMe, link, RaceScene.Client, default) is not null), EndsApiTokens: true,
            Prepare: s => s.LinkAsync(SecretPurpose.NotMe, address: s.User.Email)),
        new("change of address undone", (s, link) => s.WithAsync<AccountRecovery, bool>(async (taking, _) =>
            await taking.ActAsync(SecretPurpose.UndoEmailChange, link, RaceScene.Client, default) is not null), EndsApiTokens: true,
            Prepare: s => s.LinkAsync(SecretPurpose.UndoEmailChange, address: s.User.Email)),
        new("address changed", (s, link) => s.WithAsync<EmailChange, bool>(async (change, _) =>
            await change.ConfirmAsync(new SecretProof.ByToken(link), RaceScene.Client, default) is not null),
            Prepare: s => s.LinkAsync(SecretPurpose.ChangeEmail, s.OwnerSession, $"new-{Guid.NewGuid():N}@example.org")),
        new("mailed codes turned on or off", (s, _) => s.WithAsync<EmailCodeEnrolment, bool>(async (codes, _) =>
            await codes.TurnOffAsync(s.Owner, default) || await codes.TurnOnAsync(s.Owner, default) is EmailCodesResult.TurnedOn)),
        new("passkey added", (s, _) => s.WithAsync<PasskeyDirectory, bool>((passkeys, _) =>
            passkeys.AddAsync(s.Owner, new UserPasskeyInfo(RandomNumberGenerator.GetBytes(16), [1], default, 0, ["internal"], true, false, false, [], []), "New", default))),
        new("factors reset by an administrator", (s, admin) => s.WithAsync<AdminCredentialReset, bool>(async (relief, _) =>
            await relief.ResetFactorsAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), Prepare: AdministratorAsync),
        new("sessions ended by an administrator", (s, admin) => s.WithAsync<AdminCredentialReset, bool>(async (relief, _) =>
            await relief.EndSessionsAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), Prepare: AdministratorAsync),
        new("account locked", (s, admin) => s.WithAsync<AccountClosing, bool>(async (closing, _) =>
            await closing.LockAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), Prepare: AdministratorAsync),
        new("role taken away", (s, admin) => s.WithAsync<RoleAssignment, bool>(async (roles, _) =>
            await roles.AssignAsync(new(Guid.Parse(admin), null), s.User.Id, ["user"], RaceScene.Client, default) is RoleResult.Assigned), Prepare: async s =>
        {
            var (_, role) = await s.App.CreateUserWithAsync();
            await s.App.GiveAsync(s.User, role);
            return await AdministratorAsync(s);
        }),
        new("deletion asked for", (s, _) => s.WithAsync<AccountDeletion, bool>(async (deletion, _) =>
            await deletion.RequestAsync(s.User.Id, s.OwnerSession, s.User.Email, RaceScene.Client, default) is null), EndsApiTokens: true),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static async Task<string> AdministratorAsync(RaceScene scene) => (await scene.App.CreateAdminAsync()).Id.ToString();
}
