namespace WebApp.Features.SecondFactors.Passkeys;

/// <summary>What a ceremony is for. A challenge made for one purpose opens no other, nor the same of another user, session or sign-in.</summary>
public sealed record PasskeyPurpose
{
    /// <summary>The word of <see cref="SignIn"/> in forms.</summary>
    public const string SignInWord = "sign-in";

    /// <summary>The word of <see cref="SecondFactor"/> in forms.</summary>
    public const string SecondFactorWord = "second-factor";

    /// <summary>The word of <see cref="StepUp"/> in forms.</summary>
    public const string StepUpWord = "step-up";

    private PasskeyPurpose(string ceremony, Guid? userId, Guid? boundTo) => (Ceremony, UserId, BoundTo) = (ceremony, userId, boundTo);

    /// <summary>A sign-in that begins with the passkey: whose it is will be seen.</summary>
    public static PasskeyPurpose SignIn { get; } = new(SignInWord, null, null);

    /// <summary>Its kind.</summary>
    public string Ceremony { get; }

    /// <summary>Who is asked; null where anybody may answer.</summary>
    public Guid? UserId { get; }

    private Guid? BoundTo { get; }

    /// <summary>The names that its state is encrypted under (Data Protection's chain of purposes).</summary>
    internal string[] Protection => ["Mfa.Passkeys", Ceremony, BoundTo?.ToString() ?? "anybody"];

    /// <summary>A signed-in user adds a passkey.</summary>
    public static PasskeyPurpose Enrolment(Guid userId, Guid sessionId) => new("enrolment", userId, sessionId);

    /// <summary>A pending sign-in asks for its second factor.</summary>
    public static PasskeyPurpose SecondFactor(PendingSignIn pending) => new(SecondFactorWord, pending.UserId, pending.Id);

    /// <summary>A signed-in user proves again who they are.</summary>
    public static PasskeyPurpose StepUp(Guid userId, Guid sessionId) => new(StepUpWord, userId, sessionId);
}
