using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace WebApp.Features.Lockout;

internal sealed class SignInGuessModel : IEntityTypeConfiguration<SignInGuess>
{
    public void Configure(EntityTypeBuilder<SignInGuess> guess)
    {
        guess.ToTable("sign_in_guesses");
        guess.HasKey(g => g.Key);
        guess.HasIndex(g => g.LastAt);
    }
}
