using Microsoft.Extensions.Options;
using WebApp.Features.Audit;
using WebApp.Features.Audit.Chain;
using WebApp.Platform.Data;

namespace WebApp.Operations.Commands;

/// <summary>Lists what was altered, removed or inserted in the audit trail. It only reads.</summary>
internal sealed class AuditVerifyCommand : ICommand
{
    private const string File = "checkpoint";

    public string Name => "audit verify";

    public string Summary => "names what was altered, removed or inserted in the audit trail";

    public IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string> { [File] = "FILE" };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        var lines = await LinesAsync(input.Options.GetValueOrDefault(File), app.Services.GetRequiredService<IOptions<AuditOptions>>().Value.CheckpointFile, cancel);
        var report = await app.Services.GetRequiredService<AuditVerification>().RunAsync(lines, cancel);
        foreach (var fault in report.Faults)
        {
            await input.Output.WriteLineAsync(fault.ToString());
        }

        if (report.FaultCount > report.Faults.Count)
        {
            await input.Output.WriteLineAsync($"and {report.FaultCount - report.Faults.Count} more");
        }

        foreach (var beginning in report.Beginnings)
        {
            await input.Output.WriteLineAsync($"Note: {beginning}");
        }

        await input.Output.WriteLineAsync(
            $"Checked: {report.Events} sealed events, {report.Waiting} that wait for their seal, {report.Checkpoints} checkpoints ({report.OldCheckpoints} older than what is kept).");
        await input.Output.WriteLineAsync(report.IsWhole ? "The audit trail is whole." : $"The audit trail was tampered with, or is not being sealed: {report.FaultCount} found.");
        if (report.IsSealingStopped)
        {
            await input.Output.WriteLineAsync($"Nothing is sealed any more. Once you know why: WebApp {BeginNewChainCommand.CommandName} --reason TEXT");
        }

        return report.IsWhole ? ExitCode.Good : ExitCode.Bad;
    }

    /// <summary>The lines of the given file, which must exist; else of this node's own checkpoint file, which may not exist yet.</summary>
    private static async Task<string[]> LinesAsync(string? named, string? configured, CancellationToken cancel)
    {
        try
        {
            return named is not null || System.IO.File.Exists(configured) ? await System.IO.File.ReadAllLinesAsync(named ?? configured!, cancel) : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(failure.Message);
        }
    }
}
