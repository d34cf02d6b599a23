using System.Globalization;
using System.Text.RegularExpressions;
using WebApp.Features.Passwords;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>Converts a line to an account, or says why it cannot.</summary>
/// <param name="roles">The existing roles, by name.</param>
/// <param name="now">The current time (UTC).</param>
internal sealed partial class ImportCheck(IReadOnlyDictionary<string, Guid> roles, DateTimeOffset now)
{
    private const char Replaced = '\uFFFD';

    private static readonly char[] RoleSeparators = [' ', ',', ';', '|'];

    /// <summary>The account, or the reason.</summary>
    public (ImportRow? Row, string? Reason) Check(ImportRecord record)
    {
        if (record.Fault is not null)
        {
            return (null, record.Fault);
        }

        if (record.Fields.Values.Any(value => value.Contains(Replaced)))
        {
            return (null, "no valid UTF-8");
        }

        var email = EmailAddress.Parse(Field(record, ImportColumns.Email));
        var hash = Field(record, ImportColumns.PasswordHash);
        var name = DisplayName.Clean(Field(record, ImportColumns.DisplayName));
        var reason = email is null || !OneLine.Is(email) ? "email is not an email address"
            : hash is not null && !KnownHash.Is(hash) ? "password_hash is of no known format, or costs too much (plain text is never taken)"
            : name is not null && DisplayName.Check(name) is not null ? $"display_name has more than {DisplayName.MaxLength} characters, or control characters"
            : ReadConfirmed(record) is null ? "email_confirmed is neither true nor false"
            : ReadRoles(record) is null ? "roles names a role that is not there"
            : ReadTime(record) is null ? "created_at is no time in the past, such as 2024-05-31T12:00:00Z"
            : ReadId(record) is null ? "id is no UUID"
            : null;
        return reason is not null ? (null, reason)
            : (new(record.Line, ReadId(record)!.Value, email!, EmailAddress.Normalize(email!), hash, name, ReadConfirmed(record)!.Value, ReadRoles(record)!, ReadTime(record)!.Value), null);
    }

    // An empty field counts as missing.
    private static string? Field(ImportRecord record, string column) =>
        record.Fields.TryGetValue(column, out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static bool? ReadConfirmed(ImportRecord record) => Field(record, ImportColumns.EmailConfirmed)?.ToUpperInvariant() switch
    {
        "TRUE" or "T" or "1" or "YES" => true,
        null or "FALSE" or "F" or "0" or "NO" => false,
        _ => null,
    };

    private List<Guid>? ReadRoles(ImportRecord record)
    {
        HashSet<Guid> found = [Role.UserId];
        foreach (var name in Field(record, ImportColumns.Roles)?.Split(RoleSeparators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [])
        {
            if (!roles.TryGetValue(name, out var id))
            {
                return null;
            }

            found.Add(id);
        }

        return [.. found];
    }

    // Year first, because the order of day and month would be ambiguous. Without an offset it is UTC.
    private DateTimeOffset? ReadTime(ImportRecord record) =>
        Field(record, ImportColumns.CreatedAt) is not { } text ? now
            : IsoTime().IsMatch(text)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                && time <= now && time.Year >= 1970
                ? time
                : null;

    private static Guid? ReadId(ImportRecord record) =>
        Field(record, ImportColumns.Id) is not { } text ? Guid.CreateVersion7()
            : Guid.TryParseExact(text, "D", out var id) && id != Guid.Empty ? id
            : null;

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?)?(Z|[+-]\d{2}(:?\d{2})?)?\z")]
    private static partial Regex IsoTime();
}
