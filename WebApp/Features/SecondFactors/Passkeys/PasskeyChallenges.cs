using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>Stores the state of running ceremonies, encrypted, and returns each once.</summary>
public sealed class PasskeyChallenges(AppDbContext db, IDataProtectionProvider protection, TimeProvider clock)
{
    /// <summary>How long a ceremony may take; Identity gives the browser the same limit.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Stores a state and returns its key.</summary>
    public async Task<RowKey> AddAsync(PasskeyPurpose purpose, string state, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7();
        var key = RowKey.New(id);
        db.Set<PasskeyChallenge>().Add(new()
        {
            Id = id,
            KeyHash = key.Hash(),
            UserId = purpose.UserId,
            State = Protector(purpose).Protect(Encoding.UTF8.GetBytes(state)),
            ExpiresAt = clock.GetUtcNow() + Lifetime,
        });
        await db.SaveChangesAsync(cancel);
        return key;
    }

    /// <summary>Uses up a state and returns it. Null if there is none, it was used before, has expired, or was created for another purpose.</summary>
    public async Task<string?> TakeAsync(RowKey key, PasskeyPurpose purpose, CancellationToken cancel)
    {
        var challenge = await db.Set<PasskeyChallenge>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == key.Id, cancel);
        return challenge is not null && key.Matches(challenge.KeyHash) && await ConsumeAsync(challenge.Id, cancel)
            ? Open(challenge.State, purpose)
            : null;
    }

    private async Task<bool> ConsumeAsync(Guid id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return await db.Set<PasskeyChallenge>().Where(c => c.Id == id && c.ConsumedAt == null && c.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ConsumedAt, now), cancel) == 1;
    }

    private string? Open(byte[] state, PasskeyPurpose purpose)
    {
        try
        {
            return Encoding.UTF8.GetString(Protector(purpose).Unprotect(state));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(PasskeyPurpose purpose) => protection.CreateProtector(purpose.Protection);
}

/// <summary>A running WebAuthn ceremony: its challenge works once.</summary>
public sealed class PasskeyChallenge
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>SHA-256 of the key in the browser's cookie.</summary>
    public required byte[] KeyHash { get; init; }

    /// <summary>The user who enrols or answers; null at a sign-in that begins with the passkey.</summary>
    public Guid? UserId { get; init; }

    /// <summary>What Identity needs to finish the ceremony, encrypted.</summary>
    public required byte[] State { get; init; }

    /// <summary>When it expires (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used (UTC).</summary>
    public DateTimeOffset? ConsumedAt { get; set; }
}

internal sealed class PasskeyChallengeModel : IEntityTypeConfiguration<PasskeyChallenge>
{
    public void Configure(EntityTypeBuilder<PasskeyChallenge> challenge)
    {
        challenge.ToTable("passkey_challenges");
        challenge.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        challenge.Property(c => c.Id).ValueGeneratedNever();
        challenge.HasIndex(c => c.ExpiresAt);
    }
}

/// <summary>The purpose of a ceremony. A challenge for one purpose is not valid for another, nor for another user, session or sign-in.</summary>
public sealed record PasskeyPurpose
{
    /// <summary>The name of <see cref="SignIn"/> in forms.</summary>
    public const string SignInName = "sign-in";

    /// <summary>The name of <see cref="SecondFactor"/> in forms.</summary>
    public const string SecondFactorName = "second-factor";

    /// <summary>The name of <see cref="StepUp"/> in forms.</summary>
    public const string StepUpName = "step-up";

    private PasskeyPurpose(string ceremony, Guid? userId, Guid? boundTo) => (Ceremony, UserId, BoundTo) = (ceremony, userId, boundTo);

    /// <summary>A sign-in that begins with the passkey: the user is not known yet.</summary>
    public static PasskeyPurpose SignIn { get; } = new(SignInName, null, null);

    /// <summary>The kind of ceremony.</summary>
    public string Ceremony { get; }

    /// <summary>The user who must answer; null if any user may answer.</summary>
    public Guid? UserId { get; }

    private Guid? BoundTo { get; }

    /// <summary>The names its state is encrypted with (Data Protection's chain of purposes).</summary>
    internal string[] Protection => ["Mfa.Passkeys", Ceremony, BoundTo?.ToString() ?? "anybody"];

    /// <summary>A signed-in user adds a passkey.</summary>
    public static PasskeyPurpose Enrolment(Guid userId, Guid sessionId) => new("enrolment", userId, sessionId);

    /// <summary>A pending sign-in requires its second factor.</summary>
    public static PasskeyPurpose SecondFactor(PendingSignIn pending) => new(SecondFactorName, pending.UserId, pending.Id);

    /// <summary>A signed-in user authenticates again.</summary>
    public static PasskeyPurpose StepUp(Guid userId, Guid sessionId) => new(StepUpName, userId, sessionId);
}

/// <summary>A button that asks for a passkey, rendered by <c>_PasskeyFactor.cshtml</c> and activated by <c>passkeys.js</c>.</summary>
/// <param name="Purpose">The purpose: <see cref="PasskeyPurpose.Ceremony"/>.</param>
/// <param name="Action">Where the answer is sent.</param>
/// <param name="Label">The text of the button.</param>
/// <param name="ReturnUrl">The path to go to afterwards. Anything but a path on this site is ignored.</param>
/// <param name="Autofill">Whether the browser may offer passkeys in the address field without the button being pressed.</param>
public sealed record PasskeyPrompt(string Purpose, string Action, string Label, string? ReturnUrl, bool Autofill = false)
{
    /// <summary>On <c>/login</c>: instead of a password.</summary>
    public static PasskeyPrompt SignIn(string? returnUrl) => new(PasskeyPurpose.SignInName, "/login/passkey", T("Sign in with a passkey"), returnUrl, Autofill: true);

    /// <summary>On <c>/login/mfa</c>: after a password.</summary>
    public static PasskeyPrompt SecondFactor(string? returnUrl) => new(PasskeyPurpose.SecondFactorName, "/login/mfa/passkey", T("Use a passkey"), returnUrl);

    /// <summary>On <c>/reauthenticate</c>.</summary>
    public static PasskeyPrompt StepUp(string? returnUrl) => new(PasskeyPurpose.StepUpName, "/reauthenticate/passkey", T("Use a passkey"), returnUrl);
}
