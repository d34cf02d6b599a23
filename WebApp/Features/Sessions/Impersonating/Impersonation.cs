using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Sessions.Impersonating;

/// <summary>An administrator looks at an account as its owner sees it, in one browser session of their own, and changes nothing.</summary>
public sealed class Impersonation
{
    /// <summary>How long it lasts at most.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>UUIDv7; what the browser's cookie holds.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The administrator's session, which it lives and dies with.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>Who looks.</summary>
    public required Guid ActorId { get; init; }

    /// <summary>Whose account it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When it began (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ends by itself (UTC).</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it ended, by hand, with the session or by itself (UTC). Null while it lasts, and until its end is on record.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

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
