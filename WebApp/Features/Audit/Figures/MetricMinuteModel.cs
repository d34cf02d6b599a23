using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Audit.Figures;

internal sealed class MetricMinuteModel : IEntityTypeConfiguration<MetricMinute>
{
    public void Configure(EntityTypeBuilder<MetricMinute> minute)
    {
        minute.ToTable("metric_minutes");
        minute.HasKey(m => new { m.Minute, m.Name, m.Node });
    }
}
