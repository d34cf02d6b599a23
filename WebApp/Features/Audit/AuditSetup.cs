using WebApp.Features.Audit.Chain;
using WebApp.Features.Audit.Figures;
using WebApp.Features.Audit.Search;

namespace WebApp.Features.Audit;

/// <summary>Sets up the audit trail.</summary>
public static class AuditSetup
{
    private const int MaxKeepDays = 36_500;
    private const int MaxCheckpointMinutes = 7 * 24 * 60;

    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddAudit()
        {
            builder.Services.AddOptions<AuditOptions>().BindConfiguration("Audit")
                .Validate(audit => audit.KeepDays is >= 1 and <= MaxKeepDays, $"Audit:KeepDays must lie between 1 and {MaxKeepDays}.")
                .Validate(audit => audit.CheckpointMinutes is >= 1 and <= MaxCheckpointMinutes, $"Audit:CheckpointMinutes must lie between 1 and {MaxCheckpointMinutes}.")
                .Validate(
                    audit => string.IsNullOrEmpty(audit.CheckpointFile) || Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(audit.CheckpointFile))),
                    "Audit:CheckpointFile must lie in a directory that exists.")
                .ValidateOnStart();
            builder.Services.AddSingleton<AuditMacs>();
            builder.Services.AddSingleton<AuditSignal>();
            builder.Services.AddSingleton<LifecycleWebhooks>();
            builder.Services.AddSingleton<AuditTrail>();
            builder.Services.AddSingleton<AuditSealing>();
            builder.Services.AddSingleton<AuditPruning>();
            builder.Services.AddSingleton<AuditErasure>();
            builder.Services.AddSingleton<AuditCheckpoints>();
            builder.Services.AddSingleton<AuditVerification>();
            builder.Services.AddHostedService<AuditWorker>();
            builder.Services.AddHostedService<AuditPruneWorker>();
            builder.Services.AddSingleton<ChainOversight>();
            builder.Services.AddSingleton<NewChain>();
            builder.Services.AddSingleton<EventSearch>();
            builder.Services.AddSingleton<EventExport>();
            builder.AddFigures();
        }
    }
}

/// <summary>Options of the audit trail: section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>How long a security event is kept, in days.</summary>
    public int KeepDays { get; set; } = 400;

    /// <summary>A file outside the database to which each node appends the chain's state; empty: none.</summary>
    public string? CheckpointFile { get; set; }

    /// <summary>The minimum time between two lines of the file, in minutes.</summary>
    public int CheckpointMinutes { get; set; } = 60;
}
