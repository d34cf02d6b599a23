using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Sessions;

/// <summary>By what an API client that has just signed in asks to be known again.</summary>
/// <param name="Token">The device token it sent; null where it sent none, or what is none in form.</param>
/// <param name="KnownDevice">The device that an earlier step of its sign-in recognised.</param>
public sealed record ShownClient(RowKey? Token, Guid? KnownDevice = null)
{
    /// <summary>What a request says. What is no device token is ignored, never an error.</summary>
    public static ShownClient FromRequest(string? deviceToken, Guid? knownDevice = null) => new(RowKey.TryParse(deviceToken), knownDevice);
}
