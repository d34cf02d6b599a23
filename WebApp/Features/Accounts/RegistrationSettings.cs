using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WebApp.Platform.Data;

namespace WebApp.Features.Accounts;

/// <summary>Who may register an account.</summary>
public enum RegistrationMode
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>People whose address has an open invitation to a group.</summary>
    Invited,

    /// <summary>Nobody. Administrators can still create accounts.</summary>
    Closed,
}

/// <summary>Who may register by default: section <c>Registration</c>.</summary>
public sealed class RegistrationOptions
{
    /// <summary>Who may register, unless the console has changed it.</summary>
    public RegistrationMode Mode { get; set; } = RegistrationMode.Open;

    /// <summary>Whether only the configuration decides, and the console cannot change it.</summary>
    public bool Pinned { get; set; }

    /// <summary>The domains of addresses that may register, from <c>Registration:AllowedDomains</c>; empty: all.</summary>
    public IReadOnlyList<string> AllowedDomains { get; internal set; } = [];

    /// <summary>Whether every part of the list is a domain.</summary>
    internal bool HasValidDomains { get; private set; } = true;

    /// <summary>Reads the domains, given as one text with commas or as a list.</summary>
    internal void ReadDomains(IConfigurationSection section)
    {
        string?[] read = [.. section.GetChildren().Select(child => child.Value).Prepend(section.Value).SelectMany(RegistrationRule.Split).Select(RegistrationRule.CanonicalDomain)];
        (AllowedDomains, HasValidDomains) = ([.. read.OfType<string>().Distinct()], !read.Contains(null));
    }
}

/// <summary>The rule that the console has set: at most one row.</summary>
public sealed class RegistrationSetting
{
    /// <summary>The id of the only row.</summary>
    public const int OnlyId = 1;

    /// <summary><see cref="OnlyId"/>.</summary>
    public int Id { get; init; }

    /// <summary>Who may register.</summary>
    public required RegistrationMode Mode { get; init; }

    /// <summary>The allowed domains, in lower case and ASCII form; empty: all.</summary>
    public required string[] AllowedDomains { get; init; }

    /// <summary>When it was last changed (UTC).</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}

internal sealed class RegistrationSettingModel : IEntityTypeConfiguration<RegistrationSetting>
{
    public void Configure(EntityTypeBuilder<RegistrationSetting> setting)
    {
        setting.ToTable("registration_settings", table => table.HasCheckConstraint("ck_registration_settings_id", "id = 1"));
        setting.Property(s => s.Id).ValueGeneratedNever();
        setting.Property(s => s.Mode).HasConversion<string>();
    }
}

/// <summary>The table of the rule.</summary>
public static class RegistrationSettingTables
{
    extension(AppDbContext db)
    {
        /// <summary>The rule that the console has set; empty if it has set none.</summary>
        public DbSet<RegistrationSetting> RegistrationSettings => db.Set<RegistrationSetting>();
    }
}
