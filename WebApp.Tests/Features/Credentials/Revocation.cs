using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using WebApp.Features.Accounts;
using WebApp.Features.Accounts.Administration;
using WebApp.Features.Credentials;
using WebApp.Features.Roles;
using WebApp.Features.SecondFactors.EmailCodes;
using WebApp.Features.SecondFactors.Passkeys;
using WebApp.Features.SecondFactors.RecoveryCodes;
using WebApp.Features.SecondFactors.Totp;
using WebApp.Features.Sessions;
using WebApp.Features.SignIn.External;
using WebApp.Features.Verification;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Credentials;

/// <summary>Something that takes access away from everybody but the owner.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Change">Its row in the table of changes; null where it is no change of a credential.</param>
/// <param name="Run">Does it; true where it was done.</param>
/// <param name="EndsSignIns">Whether sign-ins that are under way end too.</param>
/// <param name="EndsApiTokens">Whether API tokens end.</param>
/// <param name="Prepare">What stands ready before the race.</param>
public sealed record Revocation(
    string Name, CredentialChange? Change, Func<RaceScene, string, Task<bool>> Run, bool EndsSignIns = true, bool EndsApiTokens = false, Func<RaceScene, Task<string>>? Prepare = null)
{
    private const string NewPassword = "Velvet harbour 8 evening!";

    /// <summary>Every one there is.</summary>
    public static IReadOnlyList<Revocation> All { get; } =
    [
        new("its session is ended", null, (s, _) => s.WithAsync<SessionDirectory, bool>(async (sessions, _) =>
            await sessions.EndAsync(s.User.Id, s.Tokens.SessionId, EndReason.EndedByUser, RaceScene.Client, default)
            & await sessions.EndAsync(s.User.Id, s.BrowserSession, EndReason.EndedByUser, RaceScene.Client, default)), EndsSignIns: false),
        new("other sessions are ended", null, (s, _) => s.WithAsync<SessionDirectory, bool>(async (sessions, _) =>
            await sessions.EndOthersAsync(s.User.Id, s.OwnerSession, RaceScene.Client, default) > 0)),
        new("signed out everywhere", CredentialChange.SignedOutEverywhere, (s, _) => s.WithAsync<CredentialChanges, bool>(async (changes, _) =>
        {
            await changes.SignOutEverywhereAsync(s.User.Id, RaceScene.Client, default);
            return true;
        })),
        new("password changed", CredentialChange.PasswordChanged, (s, _) => s.WithAsync<PasswordChange, bool>(async (change, _) =>
            await change.ChangeAsync(s.User.Id, s.OwnerSession, knownDevice: null, s.User.Password, NewPassword, RaceScene.Client, default) is PasswordChangeResult.Changed)),
        new("password reset", CredentialChange.PasswordReset, (s, link) => s.WithAsync<PasswordReset, bool>(async (reset, _) =>
            await reset.ResetAsync(new SecretProof.ByToken(link), NewPassword, RaceScene.Client, default) is PasswordResetResult.Done), EndsApiTokens: true,
            Prepare: s => s.LinkAsync(SecretPurpose.ResetPassword)),
        new("this wasn't me", CredentialChange.NotMe, (s, link) => s.WithAsync<AccountRecovery, bool>(async (taking, _) =>
            await taking.ActAsync(SecretPurpose.NotMe, link, RaceScene.Client, default) is not null), EndsApiTokens: true,
            Prepare: s => s.LinkAsync(SecretPurpose.NotMe, address: s.User.Email)),
        new("change of address undone", CredentialChange.EmailChangeUndone, (s, link) => s.WithAsync<AccountRecovery, bool>(async (taking, _) =>
            await taking.ActAsync(SecretPurpose.UndoEmailChange, link, RaceScene.Client, default) is not null), EndsApiTokens: true,
            Prepare: s => s.LinkAsync(SecretPurpose.UndoEmailChange, address: s.User.Email)),
        new("address changed", CredentialChange.EmailChanged, (s, link) => s.WithAsync<EmailChange, bool>(async (change, _) =>
            await change.ConfirmAsync(new SecretProof.ByToken(link), RaceScene.Client, default) is not null),
            Prepare: s => s.LinkAsync(SecretPurpose.ChangeEmail, s.OwnerSession, $"new-{Guid.NewGuid():N}@example.org")),
        new("mailed codes turned on or off", CredentialChange.EmailOn, (s, _) => s.WithAsync<EmailCodeEnrolment, bool>(async (codes, _) =>
            await codes.TurnOffAsync(s.Owner, default) || await codes.TurnOnAsync(s.Owner, default) is EmailCodesResult.TurnedOn)),
        new("passkey added", CredentialChange.PasskeyAdded, (s, _) => s.WithAsync<PasskeyDirectory, bool>((passkeys, _) =>
            passkeys.AddAsync(s.Owner, new UserPasskeyInfo(RandomNumberGenerator.GetBytes(16), [1], default, 0, ["internal"], true, false, false, [], []), "New", default))),
        new("factors reset by an administrator", CredentialChange.FactorsReset, (s, admin) => s.WithAsync<AdminCredentialReset, bool>(async (relief, _) =>
            await relief.ResetFactorsAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), Prepare: AdministratorAsync),
        new("sessions ended by an administrator", CredentialChange.SessionsEndedByAdministrator, (s, admin) => s.WithAsync<AdminCredentialReset, bool>(async (relief, _) =>
            await relief.EndSessionsAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), Prepare: AdministratorAsync),
        new("account locked", CredentialChange.AccountClosed, (s, admin) => s.WithAsync<AccountClosing, bool>(async (closing, _) =>
            await closing.LockAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), Prepare: AdministratorAsync),
        new("role taken away", CredentialChange.RolesTaken, (s, admin) => s.WithAsync<RoleAssignment, bool>(async (roles, _) =>
            await roles.AssignAsync(new(Guid.Parse(admin), null), s.User.Id, ["user"], RaceScene.Client, default) is RoleResult.Assigned), Prepare: async s =>
        {
            var (_, role) = await s.App.CreateUserWithAsync();
            await s.App.GiveAsync(s.User, role);
            return await AdministratorAsync(s);
        }),
        new("deletion asked for", CredentialChange.DeletionRequested, (s, _) => s.WithAsync<AccountDeletion, bool>(async (deletion, _) =>
            await deletion.RequestAsync(s.User.Id, s.OwnerSession, s.User.Email, RaceScene.Client, default) is null), EndsApiTokens: true),
        new("deleted by an administrator", CredentialChange.DeletedByAdministrator, (s, admin) => s.WithAsync<AccountClosing, bool>(async (closing, _) =>
            await closing.DeleteAsync(new(Guid.Parse(admin), null), s.User.Id, RaceScene.Client, default) is AdministrationResult.Done), EndsApiTokens: true, Prepare: AdministratorAsync),
        new("outside login connected", CredentialChange.ExternalLoginLinked, (s, _) => s.WithAsync<ExternalLinks, bool>(async (links, _) =>
            await links.LinkAsync(s.Owner, new("house", "https://idp.example.org/", $"another of {s.User.Id}"), default) is LinkResult.Linked)),
    ];

    /// <summary>The other changes of factors. Each is made like one of <see cref="All"/>, so that a race with it shows nothing new.</summary>
    public static IReadOnlyList<Revocation> OfFactors { get; } =
    [
        new("authenticator app added", CredentialChange.TotpOn, (s, _) => s.WithAsync<TotpEnrolment, bool>(async (totp, _) =>
            await totp.ConfirmAsync(s.Owner, s.CodeNow(), default) is TotpConfirmation.TurnedOn), Prepare: s => PhoneAsync(s, confirmed: false)),
        new("authenticator app removed", CredentialChange.TotpOff, (s, _) => s.WithAsync<TotpEnrolment, bool>((totp, _) => totp.RemoveAsync(s.Owner, default)), Prepare: s => PhoneAsync(s, confirmed: true)),
        new("mailed codes turned off", CredentialChange.EmailOff, (s, _) => s.WithAsync<EmailCodeEnrolment, bool>((codes, _) => codes.TurnOffAsync(s.Owner, default)), Prepare: async s =>
        {
            await s.App.QueryAsync<object>("UPDATE users SET email_codes_enabled = true, two_factor_enabled = true WHERE id = $1", s.User.Id);
            return "";
        }),
        new("recovery codes renewed", CredentialChange.RecoveryCodesRenewed, (s, _) => s.WithAsync<RecoveryCodeSheets, bool>(async (sheets, _) =>
            await sheets.RenewAsync(s.Owner, default) is not null), Prepare: s => PhoneAsync(s, confirmed: true)),
        new("passkey removed", CredentialChange.PasskeyRemoved, (s, id) => s.WithAsync<PasskeyDirectory, bool>(async (passkeys, _) =>
            await passkeys.RemoveAsync(s.Owner, (await passkeys.FindAsync(s.User.Id, id, default))!, default)), Prepare: async s =>
        {
            s.Passkey = await SoftPasskey.AddAsync(s.App, s.User);
            return s.Passkey.PathId;
        }),
        new("outside login disconnected", CredentialChange.ExternalLoginUnlinked, (s, id) => s.WithAsync<ExternalLinks, bool>(async (links, _) =>
            await links.UnlinkAsync(s.Owner, Guid.Parse(id), default) is UnlinkResult.Unlinked), Prepare: s => s.AddExternalLoginAsync()),
    ];

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static async Task<string> PhoneAsync(RaceScene scene, bool confirmed)
    {
        await scene.AddPhoneAsync(confirmed, scene.OwnerSession);
        return "";
    }

    private static async Task<string> AdministratorAsync(RaceScene scene) => (await scene.App.CreateAdminAsync()).Id.ToString();
}
