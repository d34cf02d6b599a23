using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Accounts.Importing;

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
