using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using WebApp.Features.Applications;
using WebApp.Features.Audit;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using static WebApp.Features.Audit.SecurityEventKind;

namespace WebApp.Features.Accounts;

/// <summary>The events of an account, for its owner.</summary>
public sealed class Activity(AppDbContext db)
{
    /// <summary>The maximum number of events on a page.</summary>
    public const int MaxLimit = 100;

    /// <summary>The default number of events on a page.</summary>
    public const int UsualLimit = 25;

    /// <summary>Lists the newest events first.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="before">Only events before this one.</param>
    /// <param name="earlierThan">Only events before this time.</param>
    /// <param name="limit">The maximum number.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<IReadOnlyList<ActivityEntry>> ListAsync(Guid userId, Guid? before, DateTimeOffset? earlierThan, int limit, CancellationToken cancel)
    {
        var events = db.SecurityEvents.AsNoTracking().Where(e => e.UserId == userId);
        events = before is { } id ? events.Where(e => e.Id < id) : events;
        events = earlierThan is { } time ? events.Where(e => e.At < time) : events;
        var found = await events.OrderByDescending(e => e.Id).Take(limit).ToListAsync(cancel);
        var names = await NamesAsync(userId, found, cancel);
        return [.. found.Select(e => Entry(e, names.GetValueOrDefault(e.Detail ?? "")))];
    }

    /// <summary>The names of the API tokens and applications that events are about, by their ids.</summary>
    private async Task<Dictionary<string, string>> NamesAsync(Guid userId, List<SecurityEvent> events, CancellationToken cancel)
    {
        string[] Details(params string[] kinds) => [.. events.Where(e => kinds.Contains(e.Kind)).Select(e => e.Detail).OfType<string>().Distinct()];

        Guid[] tokens = [.. Details(ApiTokenCreated, ApiTokenRevoked).Select(detail => Guid.TryParse(detail, out var id) ? id : Guid.Empty)];
        var clients = Details(ApplicationEntered, ApplicationWithdrawn);
        var names = new Dictionary<string, string>();
        if (tokens.Length > 0)
        {
            foreach (var token in await db.ApiTokens.AsNoTracking().Where(t => t.UserId == userId && tokens.Contains(t.Id)).Select(t => new { t.Id, t.Name }).ToListAsync(cancel))
            {
                names[token.Id.ToString()] = token.Name;
            }
        }

        if (clients.Length > 0)
        {
            foreach (var client in await db.Applications.AsNoTracking().Where(a => clients.Contains(a.ClientId)).Select(a => new { a.ClientId, a.DisplayName }).ToListAsync(cancel))
            {
                names[client.ClientId!] = client.DisplayName ?? client.ClientId!;
            }
        }

        return names;
    }

    internal static ActivityEntry Entry(SecurityEvent e, string? name = null) => new(
        e.Id, e.At, e.Kind, ActivityText.For(e.Kind, e.Detail, name), EventOutcome.ForKind(e.Kind), ActivityText.IsWarning(e.Kind), DeviceLabel.Describe(null, e.UserAgent), e.Ip?.ToString(), e.SessionId);
}

/// <summary>A security event as shown to its owner.</summary>
/// <param name="Id">The event's id; the next page begins before it.</param>
/// <param name="At">When (UTC).</param>
/// <param name="Kind">The event kind in the audit trail.</param>
/// <param name="Description">What happened, as text.</param>
/// <param name="Outcome">Whether it was done or refused: <see cref="Features.Audit.EventOutcome"/>.</param>
/// <param name="IsWarning">Whether the owner should check it.</param>
/// <param name="Device">The device.</param>
/// <param name="Ip">The IP address.</param>
/// <param name="SessionId">The session, if there was one.</param>
public sealed record ActivityEntry(
    Guid Id, DateTimeOffset At, string Kind, string Description, string Outcome, bool IsWarning, string Device, string? Ip, Guid? SessionId);

/// <summary>The texts of event kinds for their owner.</summary>
public static class ActivityText
{
    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>
    {
        [Registered] = "The account was created",
        [Imported] = "The account was imported",
        [UsersImported] = "Accounts were imported",
        [AdministratorMade] = "The account became an administrator",
        [SetupFailed] = "A wrong setup code was tried",
        [EmailConfirmed] = "The email address was confirmed",
        [RegistrationDeclined] = "A registration was declined",
        [RegistrationChanged] = "Who may register was changed",
        [SignedIn] = "Signed in",
        [SecondFactorAwaited] = "The password was correct, and a second factor was requested",
        [SignInFailed] = "A sign-in was refused",
        [AccountLocked] = "Too many wrong passwords: sign-in was delayed",
        [PasswordSuspended] = "A hundred wrong passwords: the password is accepted only in known browsers",
        [SessionEnded] = "A session was ended",
        [SignedOutEverywhere] = "Signed out everywhere",
        [PasswordResetRequested] = "A password reset was requested",
        [SecurityEventKind.PasswordReset] = "The password was reset by email",
        [SecondFactorFailed] = "A second-factor code was refused",
        [SecondFactorLocked] = "Too many wrong codes: sign-in by code was delayed",
        [SecondFactorSuspended] = "A hundred wrong codes: codes are accepted only in known browsers",
        [FactorChanged] = "The second factors were changed",
        [RecoveryCodeUsed] = "A recovery code was used",
        [PasskeyChanged] = "The passkeys were changed",
        [ExternalLoginChanged] = "Sign-in with another provider was changed",
        [Reauthenticated] = "Identity was confirmed",
        [ReauthenticationFailed] = "A wrong password was given to confirm a change",
        [ReauthenticationLocked] = "Too many wrong passwords or codes while signed in",
        [MailProofFailed] = "A link or code from an email was refused",
        [SecurityEventKind.PasswordChanged] = "The password was changed",
        [EmailChangeRequested] = "A change of email address was requested",
        [EmailChanged] = "The email address was changed",
        [EmailChangeUndone] = "The change of email address was undone",
        [ReportedNotMe] = "“This was not me” was reported",
        [ApplicationEntered] = "Signed in to an application",
        [ApplicationAllowed] = "An application was allowed to see your data",
        [ApplicationWithdrawn] = "An application was no longer allowed to see your data",
        [ApplicationChanged] = "An application was set up or changed",
        [ApiTokenCreated] = "An API token was created",
        [ApiTokenRevoked] = "An API token was revoked",
        [DeviceTrusted] = "A device was trusted",
        [DeviceForgotten] = "A known device was forgotten",
        [DataExported] = "The account's data was downloaded",
        [EventsExported] = "Security events were exported",
        [UsersExported] = "The list of users was exported",
        [AuditVerified] = "The audit trail was verified and is intact",
        [AuditVerificationFailed] = "The audit trail was verified and is damaged",
        [AuditChainBegun] = "A new chain of the audit trail was started",
        [SigningKeyRotated] = "The signing key was rotated",
        [MailRetried] = "Unsent email was tried again",
        [TestSent] = "A test message was sent",
        [DeletionRequested] = "Account deletion was requested",
        [DeletionUndone] = "The account was restored",
        [RefreshTokenReused] = "A used refresh token was sent again, so its session was ended",
        [NewDevice] = "Signed in on a new device",
        [ManyAccountsTried] = "One address tried many accounts",
        [ManyAddressesTried] = "Many addresses tried passwords",
        [ClientChanged] = "A session was used by another browser or application",
        [AddressChanged] = "A session was used from another address",
        [DeviceSignInApproved] = "A device was approved by its code",
        [DeviceSignInDenied] = "A device was denied",
        [RolesChanged] = "The roles of this account were changed",
        [RolesAssigned] = "A user's roles were changed",
        [RoleCreated] = "A role was created",
        [RoleChanged] = "A role was changed",
        [RoleDeleted] = "A role was deleted",
        [GroupCreated] = "A group was created",
        [GroupRenamed] = "A group was renamed",
        [GroupDeleted] = "A group was deleted",
        [GroupRemoved] = "A group was deleted by an administrator",
        [GroupInvitationSent] = "Someone was invited to a group",
        [GroupInvitationRevoked] = "An invitation to a group was withdrawn",
        [GroupInvitationDeclined] = "An invitation to a group was declined",
        [GroupJoined] = "Joined a group",
        [GroupLeft] = "Left a group",
        [GroupMemberRemoved] = "Someone was removed from a group",
        [GroupRoleChanged] = "Someone's role in a group was changed",
        [GroupHandedOver] = "A group was handed over",
        [MasterPasswordUsed] = "The master password was used",
        [MasterPasswordFailed] = "A wrong master password was refused",
        [MasterPasswordLocked] = "Too many wrong master passwords",
        [AccountClosed] = "The account was locked by an administrator",
        [AccountReopened] = "The account was unlocked by an administrator",
        [FactorsReset] = "The second factors and passkeys were removed by an administrator",
        [PasswordResetSent] = "An administrator sent a link to reset the password",
        [NameChanged] = "The name was changed by an administrator",
        [ImpersonationStarted] = "An administrator started to view the account",
        [ImpersonationEnded] = "The administrator stopped viewing the account",
        [AccountAdministered] = "A user's account was changed by an administrator",
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Warnings =
        new[]
        {
            SignInFailed, AccountLocked, PasswordSuspended, SecondFactorFailed, SecondFactorLocked, SecondFactorSuspended, ReauthenticationFailed, ReauthenticationLocked, MailProofFailed, RecoveryCodeUsed, EmailChangeUndone,
            ReportedNotMe, DeletionRequested, RefreshTokenReused, NewDevice, ManyAddressesTried, ClientChanged, AdministratorMade, FactorsReset,
            ImpersonationStarted,
        }.ToFrozenSet();

    private static readonly FrozenDictionary<(string Kind, string Detail), string> Details = new Dictionary<(string, string), string>
    {
        [(FactorChanged, "totp on")] = "An authenticator app was added",
        [(FactorChanged, "totp off")] = "The authenticator app was removed",
        [(FactorChanged, "email on")] = "Codes by email were turned on",
        [(FactorChanged, "email off")] = "Codes by email were turned off",
        [(FactorChanged, "recovery codes renewed")] = "New recovery codes were made",
        [(PasskeyChanged, "added")] = "A passkey was added",
        [(PasskeyChanged, "removed")] = "A passkey was removed",
        [(PasskeyChanged, "renamed")] = "A passkey was renamed",
    }.ToFrozenDictionary();

    /// <summary>The text of an event: the most exact one that its detail allows.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="detail">Its detail.</param>
    /// <param name="name">The name of the API token or application that it is about, if it is known.</param>
    public static string For(string kind, string? detail, string? name) => (kind, name) switch
    {
        (ApiTokenCreated, not null) => $"The API token “{name}” was created",
        (ApiTokenRevoked, not null) => $"The API token “{name}” was revoked",
        (ApplicationEntered, not null) => $"Signed in to {name}",
        (ApplicationWithdrawn, not null) => $"{name} was no longer allowed to see your data",
        _ => Details.GetValueOrDefault((kind, detail ?? "")) ?? ForKind(kind),
    };

    /// <summary>Whether a kind has its own text.</summary>
    public static bool Knows(string kind) => Texts.ContainsKey(kind);

    /// <summary>The text of a kind. A kind from a newer version gets a readable default.</summary>
    public static string ForKind(string kind) => Texts.GetValueOrDefault(kind) ?? $"{char.ToUpperInvariant(kind[0])}{kind[1..].Replace('_', ' ')}";

    /// <summary>Whether the owner should check it.</summary>
    public static bool IsWarning(string kind) => Warnings.Contains(kind);
}
