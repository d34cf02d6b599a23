using System.Globalization;
using System.Text;
using WebApp.Platform.Users;

namespace WebApp.Areas.Api;

/// <summary>A user in the four headers that a protected site is told.</summary>
internal static class RemoteIdentity
{
    private const char Escape = '%';
    private const string GroupPrefix = "group:";

    /// <summary>
    /// Whether the user has one of the roles that a site wants (<c>?role=</c>) and is in one of the groups (<c>?group=</c>, by id, which no
    /// renaming changes).
    /// </summary>
    public static bool Fits(UserSnapshot user, IQueryCollection wanted) =>
        (!wanted.TryGetValue("role", out var roles) || roles.Intersect(user.Roles).Any())
        && (!wanted.TryGetValue("group", out var groups) || groups.Any(text => Guid.TryParseExact(text, "D", out var id) && user.Groups.Any(group => group.Id == id)));

    /// <summary>
    /// Writes them, all four every time, so that none that a client sent is left where a proxy merges. <c>Remote-User</c> is the id, which never
    /// goes to anybody else; an address may. One that nobody has confirmed is left empty: a site would take its user for whoever has that mailbox.
    /// </summary>
    public static void Write(IHeaderDictionary headers, UserSnapshot user)
    {
        headers["Remote-User"] = user.Id.ToString();
        headers["Remote-Email"] = user.EmailConfirmed ? Encode(user.Email) : "";
        headers["Remote-Name"] = Encode(user.Name);
        headers["Remote-Groups"] = string.Join(',', [.. user.Roles.Select(EncodeItem), .. user.Groups.Select(group => GroupPrefix + group.Id)]);
    }

    /// <summary>As a header can carry it: what is not printable ASCII, and the percent sign, as UTF-8 in percent-encoding (RFC 3986 2.1).</summary>
    private static string Encode(string text)
    {
        if (!text.Any(MustBeEncoded))
        {
            return text;
        }

        var encoded = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(text))
        {
            _ = MustBeEncoded((char)octet) ? encoded.Append(Escape).Append(octet.ToString("X2", CultureInfo.InvariantCulture)) : encoded.Append((char)octet);
        }

        return encoded.ToString();
    }

    // Nor can a role be called like a group.
    private static string EncodeItem(string text) => Encode(text).Replace(",", "%2C", StringComparison.Ordinal).Replace(":", "%3A", StringComparison.Ordinal);

    private static bool MustBeEncoded(char c) => c is < ' ' or > '~' or Escape;
}
