using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions.Impersonating;

internal sealed class ImpersonationModel : IEntityTypeConfiguration<Impersonation>
{
    public void Configure(EntityTypeBuilder<Impersonation> impersonation)
    {
        impersonation.ToTable("impersonations");
        impersonation.Property(i => i.Id).ValueGeneratedNever();
        impersonation.HasOne<Session>().WithMany().HasForeignKey(i => i.SessionId);
        impersonation.HasOne<User>().WithMany().HasForeignKey(i => i.ActorId);
        impersonation.HasOne<User>().WithMany().HasForeignKey(i => i.UserId);
    }
}
