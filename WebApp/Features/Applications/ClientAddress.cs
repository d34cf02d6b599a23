namespace WebApp.Features.Applications;

/// <summary>The rules for addresses of applications: they are compared exactly, so each must be unambiguous.</summary>
public static class ClientAddress
{
    private const int MaxLength = 500;

    /// <summary>Why an address cannot be one to redirect to; null if it can.</summary>
    /// <param name="address">The address.</param>
    /// <param name="native">Whether an application's own scheme, such as <c>org.example.app:/signed-in</c>, is allowed too.</param>
    public static string? Fault(string address, bool native) => Fault(address) ?? (new Uri(address) switch
    {
        { Scheme: "https" } => null,
        { Scheme: "http", IsLoopback: true } => null,
        { Scheme: "http" } => T("must begin with https://; http:// is for this machine only."),

        // RFC 8252 7.1: the reverse of a domain that the application owns, so that no scheme of the browser's own (javascript, data, file) can be meant.
        { Scheme: var scheme } when native && scheme.Contains('.', StringComparison.Ordinal) => null,
        _ => T("must begin with https://, or with the reversed domain of an application on a device."),
    });

    /// <summary>Why an address cannot be one that this server calls; null if it can.</summary>
    public static string? CallFault(string address) =>
        Fault(address) ?? (new Uri(address) is { Scheme: "https" } or { Scheme: "http", IsLoopback: true } ? null : T("must begin with https://; http:// is for this machine only."));

    private static string? Fault(string address) =>
        address.Length > MaxLength ? T("must have at most {0} characters.", MaxLength)
        : !Uri.TryCreate(address, UriKind.Absolute, out var uri) || address.Any(c => c is <= ' ' or >= '\u007f' or '\\' or '"' or '<' or '>') ? T("must be a whole address.")
        : address.Contains('#', StringComparison.Ordinal) ? T("must have no fragment.")
        : address.Contains('*', StringComparison.Ordinal) ? T("must have no wildcard.")
        : uri.UserInfo.Length > 0 ? T("must have no user name.")
        : HasDotSegments(address) ? T("must have no . or .. in its path.")
        : null;

    private static bool HasDotSegments(string address) => Uri.UnescapeDataString(address.Split('?')[0]).Split('/').Any(part => part is "." or "..");
}
