namespace WebApp.Features.SignIn.DeviceCode;

/// <summary>What a device is told that asks to be signed in.</summary>
public abstract record DeviceOfferResult
{
    private DeviceOfferResult()
    {
    }

    /// <summary>It has its codes.</summary>
    public sealed record Offered(DeviceOffer Offer) : DeviceOfferResult;

    /// <summary>Its network has asked too often.</summary>
    /// <param name="RetryAfter">When to come again.</param>
    public sealed record TooMany(TimeSpan RetryAfter) : DeviceOfferResult;
}
