namespace WebApp.Operations.Commands;

/// <summary>Checks that the server on this machine answers: for container images, which have no other HTTP client. It reads no settings but the address.</summary>
internal sealed class HealthCommand : ICommand
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(4);

    public string Name => "health";

    public string Summary => "asks the server on this machine whether it is alive";

    public IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        Uri address;
        try
        {
            address = Address(new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddCommandLine(input.Settings).Build());
        }
        catch (FormatException wrong)
        {
            throw new CommandException(wrong.Message);
        }

        using var http = new HttpClient { Timeout = AnswerTime };
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/health/live"), cancel);
            return answer.IsSuccessStatusCode ? ExitCode.Good : throw new CommandException($"The server answers {(int)answer.StatusCode}.");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new CommandException($"No answer from {address}.");
        }
    }

    // Reads the settings as the server does: urls before ports, and the first http address of several. A wildcard address is replaced with localhost.
    private static Uri Address(IConfiguration settings)
    {
        var urls = settings["urls"] is { Length: > 0 } given ? given : $"http://*:{(settings["http_ports"] is { Length: > 0 } ports ? ports : "5000").Split(';')[0]}";
        var address = BindingAddress.Parse(urls.Split(';').FirstOrDefault(url => url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) ?? "http://localhost:5000");
        return new($"http://{(address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host)}:{address.Port}");
    }
}
