using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.SignIn.DeviceCode;

internal sealed class DeviceSignInModel : IEntityTypeConfiguration<DeviceSignIn>
{
    public void Configure(EntityTypeBuilder<DeviceSignIn> signIn)
    {
        signIn.ToTable("device_sign_ins");
        signIn.HasOne<User>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
        signIn.Property(d => d.Id).ValueGeneratedNever();
        signIn.Ignore(d => d.GivenName).Ignore(d => d.Label);
        signIn.HasIndex(d => d.UserCodeHash).IsUnique();
        signIn.HasIndex(d => d.ExpiresAt);
    }
}
