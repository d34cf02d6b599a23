using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Platform.Data.KeyRing;

/// <summary>One element of the Data Protection key ring, with its key material encrypted under the master key.</summary>
public sealed class DataProtectionKey
{
    /// <summary>The order of the elements.</summary>
    public int Id { get; init; }

    /// <summary>The name that Data Protection gave it.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The element as XML.</summary>
    public required string Xml { get; init; }
}

internal sealed class DataProtectionKeyModel : IEntityTypeConfiguration<DataProtectionKey>
{
    public void Configure(EntityTypeBuilder<DataProtectionKey> key) => key.ToTable("data_protection_keys");
}
