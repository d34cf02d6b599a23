using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Platform.Data.KeyRing;

/// <summary>One element of the Data Protection key ring, its key material wrapped under the master key.</summary>
public sealed class DataProtectionKey
{
    /// <summary>Orders the elements.</summary>
    public int Id { get; init; }

    /// <summary>The name Data Protection gave it.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The element.</summary>
    public required string Xml { get; init; }
}

internal sealed class DataProtectionKeyModel : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> key) => key.ToTable("data_protection_keys");
}
