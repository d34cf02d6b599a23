using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>An account to be made, found good as far as its line alone can tell.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Id">Its id.</param>
/// <param name="Email">Its address.</param>
/// <param name="NormalizedEmail">The form of the address that is unique.</param>
/// <param name="PasswordHash">A hash of a known form; null where there is no password.</param>
/// <param name="DisplayName">What to be called.</param>
/// <param name="EmailConfirmed">Whether the address is known to be its owner's.</param>
/// <param name="Roles">Ids of its roles, <c>user</c> among them.</param>
/// <param name="CreatedAt">When it was made (UTC).</param>
internal sealed record ImportRow(
    long Line, Guid Id, string Email, string NormalizedEmail, string? PasswordHash, string? DisplayName, bool EmailConfirmed, IReadOnlyList<Guid> Roles, DateTimeOffset CreatedAt)
{
    /// <summary>What tells a row that was taken in from one that was not: an id or an address alone may be on two lines.</summary>
    public (Guid Id, string NormalizedEmail) Key => (Id, NormalizedEmail);
}

/// <summary>One line of a file.</summary>
/// <param name="Line">Its number; the first is 1.</param>
/// <param name="Fields">What it says, by column; nothing where it could not be read.</param>
/// <param name="Fault">Why it could not be read; else null.</param>
internal sealed record ImportRecord(long Line, IReadOnlyDictionary<string, string> Fields, string? Fault = null)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>A line that could not be read.</summary>
    public static ImportRecord Unreadable(long line, string fault) => new(line, Nothing, fault);
}

/// <summary>Which line an account came from: so that a second line with its address can be told which was the first.</summary>
public sealed class ImportedUser
{
    /// <summary>The account.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The import.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>The line of the file.</summary>
    public required long Line { get; init; }
}

internal sealed class ImportedUserModel : IEntityTypeConfiguration<ImportedUser>
{
    public void Configure(EntityTypeBuilder<ImportedUser> user)
    {
        user.ToTable("imported_users");
        user.HasKey(u => u.UserId);
        user.HasOne<User>().WithOne().HasForeignKey<ImportedUser>(u => u.UserId).OnDelete(DeleteBehavior.Cascade);
        user.HasOne<Import>().WithMany().HasForeignKey(u => u.ImportId).OnDelete(DeleteBehavior.Cascade);
    }
}

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
        : $"“{OneLine.Clean(name, 40)}” is no column: there are {string.Join(", ", All.Order(StringComparer.Ordinal))}";
}
