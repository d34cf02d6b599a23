using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.Accounts;

/// <summary>
/// A registration that awaits confirmation. It is not an account: several can exist for one address, and the one that is confirmed becomes the account,
/// with its own password. It is deleted when confirmed, declined or expired.
/// </summary>
public sealed class PendingRegistration
{
    /// <summary>How long it can be confirmed.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The address as typed.</summary>
    public required string Email { get; init; }

    /// <summary>The normalized address. Not unique.</summary>
    public required string NormalizedEmail { get; init; }

    /// <summary>The display name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>The hash of this registration's own password.</summary>
    public required string PasswordHash { get; init; }

    /// <summary>SHA-256 of the mailed link's 256-bit token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>Keyed hash of the mailed code; the key is not in the database.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>How often a code was tried for the address outside the browser that registered.</summary>
    public int CodeTries { get; init; }

    /// <summary>SHA-256 of the key in the cookie of the browser that registered; null for the API.</summary>
    public byte[]? BrowserKeyHash { get; init; }

    /// <summary>How often a code was tried in the browser that registered.</summary>
    public int BrowserCodeTries { get; init; }

    /// <summary>
    /// The points used by guesses at its password: one point before a password is checked, and <see cref="RegistrationSecrets.WrongPasswordPoints"/> in
    /// total for a wrong one.
    /// </summary>
    public int GuessPoints { get; init; }

    /// <summary>The device that registered, such as "Firefox on Linux".</summary>
    public required string Device { get; init; }

    /// <summary>The IP address that registered.</summary>
    public IPAddress? Ip { get; init; }

    /// <summary>When it was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it expires (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Whether a cookie's key belongs to the browser that made this registration.</summary>
    public bool IsMadeBy(RowKey? browser) => browser is { } key && key.Id == Id && BrowserKeyHash is { } hash && key.Matches(hash);
}

internal sealed class PendingRegistrationModel : IEntityTypeConfiguration<PendingRegistration>
{
    public void Configure(EntityTypeBuilder<PendingRegistration> registration)
    {
        registration.ToTable("registrations");
        registration.Property(r => r.Id).ValueGeneratedNever();
        registration.Property(r => r.Email).HasMaxLength(256);
        registration.Property(r => r.NormalizedEmail).HasMaxLength(256);
        registration.Property(r => r.DisplayName).HasMaxLength(100);
        registration.HasIndex(r => r.TokenHash).IsUnique();
        registration.HasIndex(r => r.NormalizedEmail);
        registration.HasIndex(r => r.ExpiresAt);
    }
}

/// <summary>The table of registrations.</summary>
public static class PendingRegistrationTables
{
    extension(AppDbContext db)
    {
        /// <summary>All registrations, including expired ones until they are pruned.</summary>
        public DbSet<PendingRegistration> Registrations => db.Set<PendingRegistration>();
    }
}

/// <summary>The link tokens and codes of registrations.</summary>
public sealed class RegistrationSecrets(MasterKey master)
{
    /// <summary>
    /// How many codes may be tried on a registration, and separately in the browser that made it. With eight digits a guess succeeds once in ten million
    /// mails. The link has no limit.
    /// </summary>
    public const int MaxCodeTries = 5;

    /// <summary>
    /// The points of a registration for guesses at its password: enough for five wrong ones, one after the other. Concurrent right ones, as after pressing
    /// a button twice, do not exceed it. When the points are used up, the mail can still be used to choose another password.
    /// </summary>
    public const int GuessPoints = 25;

    /// <summary>The points that a wrong password costs.</summary>
    public const int WrongPasswordPoints = 5;

    private readonly byte[] codeKey = master.Derive("registration codes");

    /// <summary>A new 256-bit token and an eight-digit code.</summary>
    public static (string Token, string Code) New() =>
        (Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), RandomNumberGenerator.GetString("0123456789", 8));

    /// <summary>The hash of a token for the row; with 256 random bits, no key is needed.</summary>
    public static byte[] TokenHash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The hash of a typed code for the row.</summary>
    public byte[] CodeHash(Guid registration, string code) =>
        HMACSHA256.HashData(codeKey, Encoding.UTF8.GetBytes($"{registration:N}{string.Concat(code.Where(c => !char.IsWhiteSpace(c) && c != '-'))}"));
}
