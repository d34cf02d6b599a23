namespace WebApp.Platform.Mail.Webhooks;

/// <summary>The types of events that receivers can ask for.</summary>
public static class WebhookEventType
{
    /// <summary>An account was created: by registration, by the proxy's name, or by an administrator.</summary>
    public const string UserCreated = "user.created";

    /// <summary>An account's name, address, roles or state changed.</summary>
    public const string UserUpdated = "user.updated";

    /// <summary>An account was deleted: first closed, later erased.</summary>
    public const string UserDeleted = "user.deleted";

    /// <summary>A user signed in: a session was created.</summary>
    public const string UserSignedIn = "user.signed_in";

    /// <summary>One or several sessions of a user ended.</summary>
    public const string SessionEnded = "session.ended";

    /// <summary>Any alert. The type of each is <c>alert.</c> and its kind.</summary>
    public const string Alerts = "alerts";

    /// <summary>A test from the console; sent whatever the receiver asks for.</summary>
    public const string Test = "test";

    /// <summary>The beginning of the types of alerts.</summary>
    public const string AlertPrefix = "alert.";

    /// <summary>What can be asked for.</summary>
    public static IReadOnlyList<string> All { get; } = [UserCreated, UserUpdated, UserDeleted, UserSignedIn, SessionEnded, Alerts];
}

/// <summary>A receiver of events: <c>Webhooks:n</c>.</summary>
/// <param name="Name">The n of its keys, which can be a number or a name.</param>
/// <param name="Target">Its address and secret.</param>
/// <param name="Events">The types that it gets.</param>
public sealed record WebhookReceiver(string Name, WebhookOptions Target, IReadOnlyList<string> Events)
{
    /// <summary>Whether it gets events of a type.</summary>
    public bool Wants(string type) =>
        type == WebhookEventType.Test || Events.Contains(type.StartsWith(WebhookEventType.AlertPrefix, StringComparison.Ordinal) ? WebhookEventType.Alerts : type);

    /// <summary>The name only.</summary>
    public override string ToString() => $"WebhookReceiver({Name})";
}

/// <summary>All receivers: section <c>Webhooks</c>.</summary>
public sealed class WebhookReceivers
{
    private const int MaxNameLength = 40;

    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<WebhookReceiver> All { get; private set; } = [];

    /// <summary>The receiver with a name; null if it is not configured any more.</summary>
    public WebhookReceiver? Find(string name) => All.FirstOrDefault(receiver => receiver.Name == name);

    /// <summary>Reads <c>Webhooks:n:Url</c>, <c>:Secret</c> and <c>:Events</c>, which is one text with commas or a list; left out: all.</summary>
    internal void Read(IConfigurationSection section) => All =
    [
        .. section.GetChildren().Select(child => new WebhookReceiver(
            child.Key,
            new WebhookOptions { Url = Uri.TryCreate(child["Url"], UriKind.Absolute, out var url) ? url : null, Secret = child["Secret"] ?? "" },
            Events(child.GetSection("Events")))),
    ];

    /// <summary>What is wrong, naming the key; null if nothing is.</summary>
    internal string? Fault() => All.Select(Fault).FirstOrDefault(fault => fault is not null);

    private static string? Fault(WebhookReceiver receiver) =>
        receiver.Name.Length > MaxNameLength ? $"Webhooks:n must have names of at most {MaxNameLength} characters."
        : receiver.Target is not { IsConfigured: true, HasSafeUrl: true } ? $"Webhooks:{receiver.Name}:Url must be an https address without user information; http only to this machine."
        : receiver.Target.Key().Length < WebhookOptions.MinSecretBytes ? $"Webhooks:{receiver.Name}:Secret must have at least {WebhookOptions.MinSecretBytes} bytes."
        : receiver.Events.Except(WebhookEventType.All).Any() ? $"Webhooks:{receiver.Name}:Events must be of {string.Join(", ", WebhookEventType.All)}."
        : null;

    private static IReadOnlyList<string> Events(IConfigurationSection section)
    {
        string[] named = [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(text => (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        return named.Length == 0 ? WebhookEventType.All : named;
    }
}
