using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Audit.Chain;

internal sealed class AuditChainModel : IEntityTypeConfiguration<AuditChain>
{
    public void Configure(EntityTypeBuilder<AuditChain> chain)
    {
        chain.ToTable("audit_chain");
        chain.Property(c => c.Id).ValueGeneratedNever();
    }
}
