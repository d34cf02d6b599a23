using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions;

internal sealed class KnownDeviceModel : IEntityTypeConfiguration<KnownDevice>
{
    public void Configure(EntityTypeBuilder<KnownDevice> device)
    {
        device.ToTable("known_devices");
        device.HasOne<User>().WithMany().HasForeignKey(d => d.UserId);
        device.HasIndex(d => d.BrowserId);
        device.Property(d => d.Id).ValueGeneratedNever();
        device.Property(d => d.BrowserId).HasDefaultValueSql("gen_random_uuid()").ValueGeneratedNever(); // Written by nodes of before there was one.
        device.Property(d => d.Kind).HasConversion(kind => SessionKinds.ToColumn(kind), word => SessionKinds.FromColumn(word)).HasDefaultValue(SessionKind.Browser);
    }
}
