using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;
using WebApp.Platform.Data.Encryption;

namespace WebApp.Features.SecondFactors.RecoveryCodes;

/// <summary>One of ten codes that replace a lost factor, each once.</summary>
public sealed class RecoveryCode
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The user.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Keyed hash; the key is not in the database.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>When it was used (UTC).</summary>
    public DateTimeOffset? UsedAt { get; set; }
}

internal sealed class RecoveryCodeModel : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> code)
    {
        code.ToTable("recovery_codes");
        code.HasOne<User>().WithMany().HasForeignKey(c => c.UserId);
        code.Property(c => c.Id).ValueGeneratedNever();
    }
}

/// <summary>Hashes recovery codes with a key that is not in the database. From a database dump alone, 50 bits could be guessed; without the key they cannot.</summary>
public sealed class RecoveryCodeHash(MasterKey master)
{
    private readonly byte[] key = master.Derive("recovery codes");

    /// <summary>The hash of a user's code; null if the typed text is not a code.</summary>
    public byte[]? Compute(Guid userId, string typed) =>
        RecoveryCodeText.Normalize(typed) is { } code ? HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{userId:N}{code}")) : null;
}

/// <summary>
/// The format of recovery codes: ten characters of Crockford's base32, 50 bits (NIST SP 800-63B 3.1.2.2 requires 20), in two groups. Letters that look like
/// digits are read as those digits.
/// </summary>
public static class RecoveryCodeText
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 10;
    private const int GroupLength = 5;

    /// <summary>A new code.</summary>
    public static string New()
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return $"{code[..GroupLength]}-{code[GroupLength..]}";
    }

    /// <summary>The typed code without case and separators; null if it is not a code.</summary>
    public static string? Normalize(string typed)
    {
        if (typed.Length > 4 * Length)
        {
            return null;
        }

        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '\u2010' or '\u2011' or '\u2013')))
            .ToLowerInvariant().Replace('o', '0').Replace('i', '1').Replace('l', '1');
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}
