using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Text;

namespace WebApp.Features.Accounts.Importing;

/// <summary>An account to create. Its line alone was found valid.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Id">Its id.</param>
/// <param name="Email">Its address.</param>
/// <param name="NormalizedEmail">The normalized address, which is unique.</param>
/// <param name="PasswordHash">A hash of a known format; null if there is no password.</param>
/// <param name="DisplayName">The display name.</param>
/// <param name="EmailConfirmed">Whether the address is confirmed.</param>
/// <param name="Roles">Ids of its roles, including <c>user</c>.</param>
/// <param name="CreatedAt">When the account was created (UTC).</param>
internal sealed record ImportRow(
    long Line, Guid Id, string Email, string NormalizedEmail, string? PasswordHash, string? DisplayName, bool EmailConfirmed, IReadOnlyList<Guid> Roles, DateTimeOffset CreatedAt)
{
    /// <summary>Identifies the rows that were accepted: an id or an address alone may be on two lines.</summary>
    public (Guid Id, string NormalizedEmail) Key => (Id, NormalizedEmail);
}

/// <summary>One line of a file.</summary>
/// <param name="Line">Its number; the first is 1.</param>
/// <param name="Fields">Its fields, by column; empty if it could not be read.</param>
/// <param name="Fault">Why it could not be read; otherwise null.</param>
internal sealed record ImportRecord(long Line, IReadOnlyDictionary<string, string> Fields, string? Fault = null)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>A line that could not be read.</summary>
    public static ImportRecord Unreadable(long line, string fault) => new(line, Nothing, fault);
}

/// <summary>The line that an account came from, so that the refusal of a second line with its address can name the first.</summary>
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

/// <summary>The fields of an account in a file: the columns of a CSV file, the members of an NDJSON line.</summary>
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

    /// <summary>The error for an unknown name.</summary>
    public static string Unknown(string name) => name is "password"
        ? "“password” is no column: passwords are not imported as plain text, only as hashes (password_hash)"
        : $"“{OneLine.Clean(name, 40)}” is no column: there are {string.Join(", ", All.Order(StringComparer.Ordinal))}";
}
