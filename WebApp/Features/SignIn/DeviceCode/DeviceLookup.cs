namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>What a typed or scanned code leads to.</summary>
public abstract record DeviceLookup
{
    private DeviceLookup()
    {
    }

    /// <summary>A device that waits for an answer, or has just been given one.</summary>
    public sealed record Found(DeviceSignIn SignIn) : DeviceLookup;

    /// <summary>No such code, or it ran out, or it was answered already: alike on purpose.</summary>
    public sealed record Unknown : DeviceLookup;

    /// <summary>Too many codes were tried.</summary>
    /// <param name="RetryAfter">When to come again.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : DeviceLookup;
}
