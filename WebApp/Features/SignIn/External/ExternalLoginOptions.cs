using System.Buffers;
using Microsoft.Extensions.Options;
using WebApp.Platform.Mail;

namespace WebApp.Features.SignIn.External;

/// <summary>The outside providers that people may sign in with: section <c>ExternalLogins</c>.</summary>
public sealed class ExternalLoginOptions
{
    /// <summary>The section.</summary>
    public const string Section = "ExternalLogins";

    /// <summary>The providers, in the order of the configuration.</summary>
    public IReadOnlyList<ExternalProvider> Providers { get; private set; } = [];

    /// <summary>The part of the key for each provider, for messages.</summary>
    internal IReadOnlyList<string> Keys { get; private set; } = [];

    /// <summary>The keys whose value is neither <c>true</c> nor <c>false</c>.</summary>
    internal IReadOnlyList<string> WrongFlags { get; private set; } = [];

    internal void Read(IConfigurationSection section)
    {
        List<string> wrong = [];
        IConfigurationSection[] children = [.. section.GetChildren()];
        Providers = [.. children.Select(child => Read(child, wrong))];
        (Keys, WrongFlags) = ([.. children.Select(child => $"{Section}:{child.Key}")], wrong);
    }

    private static ExternalProvider Read(IConfigurationSection section, List<string> wrong)
    {
        var name = section["Name"] ?? "";
        string[] scopes = [.. section.GetSection("Scopes").GetChildren().Select(child => child.Value).Prepend(section["Scopes"])
            .SelectMany(text => (text ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        return new(name, section["DisplayName"] is { Length: > 0 } shown ? shown : ExternalProvider.PresetName(name) ?? name)
        {
            Authority = section["Authority"] is { Length: > 0 } authority ? authority : null,
            ClientId = section["ClientId"] ?? "",
            ClientSecret = section["ClientSecret"] is { Length: > 0 } secret ? secret : null,
            Scopes = scopes,
            TrustEmail = Flag("TrustEmail"),
            TrustSecondFactor = Flag("TrustSecondFactor"),
        };

        bool Flag(string key)
        {
            if (section[key] is { Length: > 0 } text && !bool.TryParse(text, out _))
            {
                wrong.Add($"{section.Path}:{key}");
            }

            return bool.TryParse(section[key], out var value) && value;
        }
    }
}

/// <summary>An outside provider.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="DisplayName">Its name on pages.</param>
public sealed record ExternalProvider(string Name, string DisplayName)
{
    /// <summary>Google, without an authority in the configuration.</summary>
    public const string Google = "google";

    /// <summary>Microsoft, without an authority in the configuration: accounts of every organisation, and personal ones.</summary>
    public const string Microsoft = "microsoft";

    /// <summary>GitHub, which speaks OAuth 2.0 and not OpenID Connect.</summary>
    public const string GitHub = "github";

    /// <summary>The issuer of its tokens; null for one that is known by name.</summary>
    public string? Authority { get; init; }

    /// <summary>Our client id there.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Our secret there; null if we are a public client there.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What is asked for, besides <c>openid</c>; empty: <c>profile</c> and <c>email</c>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Whether an address that it calls verified counts as confirmed here.</summary>
    public bool TrustEmail { get; init; }

    /// <summary>Whether a second factor that was shown there is not asked for here.</summary>
    public bool TrustSecondFactor { get; init; }

    /// <summary>Whether it is one of those that are known by name.</summary>
    public bool IsPreset => Authority is null && PresetName(Name) is not null;

    /// <summary>The path that starts a sign-in.</summary>
    public string Path => $"{ExternalPaths.Login}/{Name}";

    /// <summary>The path that its answers are sent to.</summary>
    public string CallbackPath => $"{Path}/callback";

    /// <summary>How a provider that is known by name is called on pages; null for others.</summary>
    public static string? PresetName(string name) => name switch
    {
        Google => "Google",
        Microsoft => "Microsoft",
        GitHub => "GitHub",
        _ => null,
    };

    /// <summary>A placeholder, not the secret.</summary>
    public override string ToString() => $"external provider {Name}";
}

/// <summary>The paths of this room.</summary>
public static class ExternalPaths
{
    /// <summary>The prefix of the paths that start a sign-in and that answers are sent to.</summary>
    public const string Login = "/login/external";

    /// <summary>The list of a user's external logins.</summary>
    public const string Settings = "/account/external-logins";

    /// <summary>Where a user who has signed in confirms that an external login shall be theirs.</summary>
    public const string Confirm = Settings + "/confirm";

    /// <summary>Where somebody goes on whose external login belongs to no account.</summary>
    public const string Register = "/register/external";
}

/// <summary>Refuses settings that cannot work. Each message names the key and never contains the value.</summary>
internal sealed class ExternalLoginValidator(IHostEnvironment environment) : IValidateOptions<ExternalLoginOptions>
{
    private const int MaxName = 40;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public ValidateOptionsResult Validate(string? name, ExternalLoginOptions options)
    {
        List<string> faults = [.. options.WrongFlags.Select(key => $"{key} must be true or false.")];
        foreach (var (provider, n) in options.Providers.Select((provider, n) => (provider, n)))
        {
            faults.AddRange(Faults(provider, options.Keys[n]));
            if (options.Providers.Take(n).Any(earlier => earlier.Name == provider.Name))
            {
                faults.Add($"{options.Keys[n]}:Name must differ from the providers before it.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private IEnumerable<string> Faults(ExternalProvider provider, string key)
    {
        if (provider.Name.Length is 0 or > MaxName || provider.Name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            yield return $"{key}:Name is required: at most {MaxName} lower-case letters, digits and hyphens. It is part of the address that is registered at the provider.";
        }

        if (provider.ClientId.Length == 0)
        {
            yield return $"{key}:ClientId is required: the client id that the provider gave this service.";
        }

        if (provider.Authority is null && !provider.IsPreset)
        {
            yield return $"{key}:Authority is required: the issuer of the provider. Only google, microsoft and github are known by name.";
        }
        else if (provider.Authority is { } authority && !IsIssuer(authority))
        {
            yield return $"{key}:Authority must be an https address without query, fragment and user information; http only to this machine in Development.";
        }

        if (provider is { Name: ExternalProvider.GitHub, IsPreset: true, ClientSecret: null })
        {
            yield return $"{key}:ClientSecret is required for github.";
        }
    }

    private bool IsIssuer(string authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var uri) && uri is { UserInfo: "", Query: "", Fragment: "" }
        && (uri.Scheme == Uri.UriSchemeHttps || (uri is { Scheme: "http", IsLoopback: true } && environment.IsDevelopment()));
}

/// <summary>Finds configured providers.</summary>
public sealed class ExternalProviders(IOptions<ExternalLoginOptions> options)
{
    /// <summary>All, in the order of the configuration.</summary>
    public IReadOnlyList<ExternalProvider> All => options.Value.Providers;

    /// <summary>Whether there are any.</summary>
    public bool Any => All.Count > 0;

    /// <summary>The provider of a name; null if there is none.</summary>
    public ExternalProvider? Find(string? name) => All.FirstOrDefault(provider => provider.Name == name);

    /// <summary>The address of an identity if it counts as confirmed here: the provider says that it has verified it, and is trusted for that. Otherwise null.</summary>
    public string? ConfirmedAddress(ExternalIdentity identity) =>
        identity.EmailVerified && Find(identity.Provider) is { TrustEmail: true } ? EmailAddress.Parse(identity.Email) : null;

    /// <summary>The name for pages of a provider that may not be configured any more.</summary>
    public string DisplayName(string name) => Find(name)?.DisplayName ?? name;
}
