using WebApp.Features.Audit.Chain;
using WebApp.Platform.Data;
using WebApp.Platform.Text;

namespace WebApp.Operations.Commands;

/// <summary>Begins a new chain after the chain's row was damaged, so that events are sealed again. The old chain is kept; the new one begins with the reason.</summary>
internal sealed class BeginNewChainCommand : ICommand
{
    /// <summary>The command's name.</summary>
    public const string CommandName = "audit begin-new-chain";

    private const string Reason = "reason";
    private const int MinReasonLength = 5;

    public string Name => CommandName;

    public string Summary => "lets events be sealed again after the audit trail's chain was damaged, and records why";

    public IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string> { [Reason] = "TEXT" };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        if (OneLine.Clean(input.Options.GetValueOrDefault(Reason)?.Trim(), NewChain.MaxReasonLength) is not { Length: >= MinReasonLength } reason)
        {
            throw new CommandException($"{Name} needs --{Reason} TEXT: what damaged the chain, as far as you know. It is kept in the audit trail.");
        }

        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        if (await app.Services.GetRequiredService<NewChain>().BeginAsync(reason, OneLine.Clean(Environment.UserName, 50) ?? "nobody", cancel) is not var (beginning, before))
        {
            throw new CommandException("Nothing keeps the chain from being sealed: there is no need of a new one.");
        }

        foreach (var fault in before.Faults)
        {
            await input.Output.WriteLineAsync($"The old chain: {fault}");
        }

        await input.Output.WriteLineAsync($"Done: {beginning}");
        await input.Output.WriteLineAsync("Start a new file of checkpoints, and keep the old one: it tells what was there before.");
        return ExitCode.Good;
    }
}
