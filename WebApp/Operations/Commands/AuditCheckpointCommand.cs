using WebApp.Features.Audit.Chain;
using WebApp.Platform.Data;

namespace WebApp.Operations.Commands;

/// <summary>Prints a checkpoint of the audit trail: a line to store outside the database, for <c>audit verify --checkpoint</c>.</summary>
internal sealed class AuditCheckpointCommand : ICommand
{
    public string Name => "audit checkpoint";

    public string Summary => "prints where the audit trail stands, to be kept outside the database";

    public IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        try
        {
            var checkpoint = await app.Services.GetRequiredService<AuditCheckpoints>().TakeAsync(cancel) ?? throw new CommandException("Nothing is sealed yet.");
            await input.Output.WriteLineAsync(checkpoint.ToString());
            return ExitCode.Good;
        }
        catch (AuditChainException failure)
        {
            throw new CommandException($"{failure.Message} Run: WebApp audit verify");
        }
    }
}
