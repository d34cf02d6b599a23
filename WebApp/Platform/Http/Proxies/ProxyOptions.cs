using System.Net;
using Microsoft.Extensions.Options;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Http.Proxies;

/// <summary>The proxies whose forwarding headers are trusted: key <c>Proxy:Trusted</c>.</summary>
public sealed class ProxyOptions
{
    /// <summary>The key.</summary>
    public const string Key = "Proxy:Trusted";

    /// <summary>Networks of our own proxies. IPv4 is written as IPv4, never mapped.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; set; } = [];

    /// <summary>Configured entries that are neither an address nor a network.</summary>
    public IReadOnlyList<string> Unreadable { get; set; } = [];

    /// <summary>Whether the address is one of our proxies'.</summary>
    public bool IsTrusted(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        address = ClientInfo.Unmapped(address);
        foreach (var network in Trusted)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a list (<c>Proxy:Trusted:0</c> …) or one value with commas, which is easier in an environment variable.</summary>
    public void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Key);
        var entries = section.GetChildren().Select(child => child.Value).Prepend(section.Value)
            .SelectMany(value => (value ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(text => (Text: text, Network: Network(text))).ToArray();
        Trusted = [.. entries.Select(entry => entry.Network).OfType<IPNetwork>()];
        Unreadable = [.. entries.Where(entry => entry.Network is null).Select(entry => entry.Text)];
    }

    // A network of length zero would trust every client, so it is rejected.
    private static IPNetwork? Network(string text)
    {
        if (ForwardedAddress.ParseBare(text) is { } address)
        {
            return new(address, address.GetAddressBytes().Length * 8);
        }

        // 10.0.0.1/8 may mean the address or the network, so it is rejected.
        return text.Contains('/') && ForwardedAddress.ParseBare(text.AsSpan(0, text.IndexOf('/')), orAny: true) is { } written
            && IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 && network.BaseAddress.Equals(written) ? network : null;
    }
}

internal sealed class ProxyOptionsValidator : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options) => options.Unreadable.Count == 0
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"{ProxyOptions.Key} must list addresses or networks, such as 10.0.0.7 or 10.0.0.0/8; “{options.Unreadable[0]}” is neither, or would trust everybody.");
}
