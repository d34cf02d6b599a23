using WebApp.Features.Credentials;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;

namespace WebApp.Operations.Commands;

/// <summary>Ends the sessions of all users and revokes API tokens: after a backup was restored, or after an intrusion.</summary>
internal sealed class EndAllSessionsCommand : ICommand
{
    private const string KeepApiTokens = "keep-api-tokens";
    private const string Agreed = "yes";

    private static readonly ClientInfo Operator = new(null, "WebApp sessions end-all");

    public string Name => "sessions end-all";

    public string Summary => "signs everybody out and revokes API tokens: after a restore or a break-in";

    public IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string> { [KeepApiTokens] = ICommand.Flag, [Agreed] = ICommand.Flag };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        var apiTokens = !input.Options.ContainsKey(KeepApiTokens);
        if (!input.Options.ContainsKey(Agreed) && !await input.Terminal.AgreesAsync(apiTokens ? "End every session and revoke every API token?" : "End every session?", cancel))
        {
            throw new CommandException($"Nothing was ended. --{Agreed} does it without asking.");
        }

        await using var scope = app.Services.CreateAsyncScope();
        var ended = await scope.ServiceProvider.GetRequiredService<AllAccess>().EndAsync(apiTokens, Operator, cancel);
        await input.Output.WriteLineAsync($"Of {ended.Users} users, {ended.Sessions} sessions have ended and {ended.ApiTokens} API tokens are revoked.");
        return ExitCode.Good;
    }
}
