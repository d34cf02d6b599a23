namespace WebApp.Areas.Admin.Events;

/// <summary>What events are looked for, as typed; times are UTC.</summary>
public sealed class AuditForm
{
    /// <summary>One kind.</summary>
    public string? Kind { get; set; }

    /// <summary>Whose: an address or an id.</summary>
    public string? Account { get; set; }

    /// <summary>An IP address or a network.</summary>
    public string? Ip { get; set; }

    /// <summary>Not before.</summary>
    public string? From { get; set; }

    /// <summary>Before.</summary>
    public string? Until { get; set; }

    /// <summary><c>success</c> or <c>failure</c>.</summary>
    public string? Outcome { get; set; }

    /// <summary>What was typed, by field.</summary>
    public IEnumerable<(string Name, string Value)> Fields => new (string Name, string? Value)[]
    {
        (nameof(Kind), Kind), (nameof(Account), Account), (nameof(Ip), Ip), (nameof(From), From), (nameof(Until), Until), (nameof(Outcome), Outcome),
    }.Where(part => !string.IsNullOrWhiteSpace(part.Value)).Select(part => (part.Name, part.Value!));

    /// <summary>The address of this search's page that begins before an event.</summary>
    public string PathBefore(Guid? before) =>
        "/admin/audit" + QueryString.Create(Fields.Select(field => KeyValuePair.Create(field.Name, (string?)field.Value)).Concat(before is { } id ? [KeyValuePair.Create("before", (string?)id.ToString())] : []));
}
