using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Accounts.FirstRun;

internal sealed class SetupCodeModel : IEntityTypeConfiguration<SetupCode>
{
    public void Configure(EntityTypeBuilder<SetupCode> code)
    {
        code.ToTable("setup_codes");
        code.HasKey(c => c.CodeHash);
    }
}
