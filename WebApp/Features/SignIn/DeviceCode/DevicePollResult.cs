using WebApp.Features.Tokens;

namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>What a poll is answered with (RFC 8628 3.5).</summary>
public abstract record DevicePollResult
{
    private DevicePollResult()
    {
    }

    /// <summary>Its user let it in; the tokens of its new session.</summary>
    public sealed record Approved(IssuedTokens Tokens) : DevicePollResult;

    /// <summary>Nobody has answered yet.</summary>
    public sealed record Pending : DevicePollResult;

    /// <summary>It came before its interval was over.</summary>
    /// <param name="Interval">How long that is from now on, in seconds.</param>
    public sealed record TooSoon(int Interval) : DevicePollResult;

    /// <summary>It was turned away, or the approval was void before it was used.</summary>
    public sealed record Denied : DevicePollResult;

    /// <summary>The code ran out, was used, or was never given out.</summary>
    public sealed record Expired : DevicePollResult;
}
