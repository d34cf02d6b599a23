using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Applications;

/// <summary>The picture of an application. This site has its own copy, so that no other one learns who looks at it.</summary>
public sealed class ApplicationLogo
{
    /// <summary>The largest picture, in bytes: with the third that base64 adds it fits into a form.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <summary>The length of <see cref="Hash"/>.</summary>
    public const int HashLength = 32;

    /// <summary>The application.</summary>
    public required Guid ApplicationId { get; init; }

    /// <summary>The first half of the picture's SHA-256, in hexadecimal digits; its address.</summary>
    public required string Hash { get; init; }

    /// <summary>What it is: a type of <see cref="Read"/>.</summary>
    public required string MediaType { get; init; }

    /// <summary>The picture.</summary>
    public required byte[] Image { get; init; }

    /// <summary>Reads a picture from text: base64 or base64url, alone or in a <c>data:</c> address. Null if it is none of the kinds that are accepted, or too large.</summary>
    public static ApplicationLogo? Read(Guid applicationId, string? text)
    {
        var digits = (text ?? "").Split(',')[^1].Trim().Replace('+', '-').Replace('/', '_').TrimEnd('=');
        if (digits.Length is 0 or > (MaxBytes * 4 / 3) + 4 || !Base64Url.IsValid(digits))
        {
            return null;
        }

        var image = Base64Url.DecodeFromChars(digits);
        return image.Length <= MaxBytes && TypeOf(image) is { } type
            ? new() { ApplicationId = applicationId, Hash = Convert.ToHexStringLower(SHA256.HashData(image))[..HashLength], MediaType = type, Image = image }
            : null;
    }

    // By the first bytes, never by a name. No SVG: it is a document that may have scripts.
    private static string? TypeOf(ReadOnlySpan<byte> image) =>
        image.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : image.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : image.Length > 12 && image.StartsWith("RIFF"u8) && image[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}

internal sealed class ApplicationLogoModel : IEntityTypeConfiguration<ApplicationLogo>
{
    public void Configure(EntityTypeBuilder<ApplicationLogo> logo)
    {
        logo.ToTable("application_logos");
        logo.HasKey(l => l.ApplicationId);
        logo.Property(l => l.ApplicationId).ValueGeneratedNever();
        logo.Property(l => l.Hash).HasMaxLength(ApplicationLogo.HashLength);
        logo.Property(l => l.MediaType).HasMaxLength(16);
        logo.HasOne<Application>().WithOne().HasForeignKey<ApplicationLogo>(l => l.ApplicationId).OnDelete(DeleteBehavior.Cascade);
        logo.HasIndex(l => l.Hash);
    }
}
