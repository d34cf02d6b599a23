using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Accounts.Importing;

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
