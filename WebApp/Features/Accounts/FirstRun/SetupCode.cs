using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>What a starting node printed for whoever makes the first administrator. Only its hash is kept.</summary>
public sealed class SetupCode
{
    /// <summary>Crockford's base32: nothing in it is mistaken for something else.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>100 bits: not to be guessed, so a plain hash keeps it.</summary>
    private const int Length = 20;

    private const int GroupLength = 5;

    /// <summary>SHA-256 of the code, as <see cref="HashOf"/> reads it.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>When it was printed (UTC).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A new one: four groups of five.</summary>
    public static string New() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(GroupLength).Select(group => new string(group)));

    /// <summary>The hash of a code as somebody types it: small letters, spaces and the letters that look like figures are all right.</summary>
    public static byte[] HashOf(string typed)
    {
        var code = string.Concat(typed.Where(char.IsAsciiLetterOrDigit).Take(Length + 1)).ToUpperInvariant().Replace('O', '0').Replace('I', '1').Replace('L', '1');
        return SHA256.HashData(Encoding.ASCII.GetBytes(code));
    }
}

internal sealed class SetupCodeModel : IEntityTypeConfiguration<SetupCode>
{
    public void Configure(EntityTypeBuilder<SetupCode> code)
    {
        code.ToTable("setup_codes");
        code.HasKey(c => c.CodeHash);
    }
}
