using System.Collections.Frozen;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>What a file may say of an account: the columns of a CSV file, the members of an NDJSON line.</summary>
internal static class ImportColumns
{
    public const string Email = "email";
    public const string PasswordHash = "password_hash";
    public const string DisplayName = "display_name";
    public const string EmailConfirmed = "email_confirmed";
    public const string Roles = "roles";
    public const string CreatedAt = "created_at";
    public const string Id = "id";

    /// <summary>All of them.</summary>
    public static readonly FrozenSet<string> All = new[] { Email, PasswordHash, DisplayName, EmailConfirmed, Roles, CreatedAt, Id }.ToFrozenSet();

    /// <summary>What is wrong with a name that is none of them.</summary>
    public static string Unknown(string name) => name is "password"
        ? "“password” is no column: passwords are not imported as plain text, only as hashes (password_hash)"
        : $"“{OneLine.Of(name, 40)}” is no column: there are {string.Join(", ", All.Order(StringComparer.Ordinal))}";
}
