using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Workers;

namespace WebApp.Features.Tokens;

/// <summary>A long-lived token that its owner created for a program (<c>wat_…</c>). Shown once; only its hash is stored.</summary>
public sealed class ApiToken
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The owner.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The name that its owner gave it; at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole token.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>Its scopes, see <see cref="ApiScope"/>.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>When it was created (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it expires (UTC); null: not before it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Last use (UTC); written in batches.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When it was revoked (UTC).</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}

internal sealed class ApiTokenModel : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> token)
    {
        token.ToTable("api_tokens");
        token.HasOne<User>().WithMany().HasForeignKey(t => t.UserId);
        token.Property(t => t.Id).ValueGeneratedNever();
        token.Property(t => t.Name).HasMaxLength(100);
        token.HasIndex(t => t.TokenHash).IsUnique();
    }
}

/// <summary>The table of API tokens.</summary>
public static class ApiTokenTables
{
    extension(AppDbContext db)
    {
        /// <summary>All API tokens, including ended ones until they are pruned.</summary>
        public DbSet<ApiToken> ApiTokens => db.Set<ApiToken>();
    }
}

/// <summary>
/// The text of an API token: <c>wat_</c>, 43 random characters and a checksum of 6, all base62. The prefix lets secret scanners find a leaked token. The
/// checksum lets them, and this service, reject other texts without a database query.
/// </summary>
public static class ApiTokenText
{
    /// <summary>The prefix of every API token.</summary>
    public const string Prefix = "wat_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 43; // 43 characters of 62 carry 256 bits.
    private const int ChecksumLength = 6;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Creates a new one.</summary>
    public static string New()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return body + Checksum(body);
    }

    /// <summary>Whether a text has the form of a token: prefix, length, alphabet, checksum.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text) =>
        text.Length == Prefix.Length + RandomLength + ChecksumLength
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text[Prefix.Length..].ContainsAnyExcept(Letters)
        && text[^ChecksumLength..].SequenceEqual(Checksum(text[..^ChecksumLength]));

    /// <summary>The SHA-256 that is stored in the row. With 256 random bits in the text, no salt is needed.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.ASCII.GetBytes(text));

    // Detects typing and copying errors, not attacks: the first 32 bits of a SHA-256, in base62.
    private static string Checksum(ReadOnlySpan<char> body)
    {
        Span<byte> ascii = stackalloc byte[body.Length];
        Encoding.ASCII.GetBytes(body, ascii);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii, hash);
        var number = BinaryPrimitives.ReadUInt32BigEndian(hash);
        return string.Create(ChecksumLength, number, (span, rest) =>
        {
            for (var i = span.Length - 1; i >= 0; i--, rest /= (uint)Alphabet.Length)
            {
                span[i] = Alphabet[(int)(rest % Alphabet.Length)];
            }
        });
    }
}

/// <summary>When API tokens were last used.</summary>
public sealed class ApiTokenUses(DirectDatabase database, TimeProvider clock, ILogger<ApiTokenUses> logger) : UseBatch(database, clock, logger, Sql)
{
    // It never waits for a row, so it cannot be part of a deadlock.
    private const string Sql = """
        WITH free AS (SELECT id FROM api_tokens WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE api_tokens t SET last_used_at = used.at
        FROM unnest($1::uuid[], $2::timestamptz[], $3::inet[]) AS used (id, at, ip) JOIN free USING (id)
        WHERE t.id = used.id AND (t.last_used_at IS NULL OR t.last_used_at < used.at OR t.last_used_at > used.at + interval '5 minutes')
        """;
}
