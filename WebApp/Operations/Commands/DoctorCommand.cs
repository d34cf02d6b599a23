using Microsoft.Extensions.Options;
using WebApp.Operations.Doctor;
using WebApp.Platform.Startup;

namespace WebApp.Operations.Commands;

/// <summary>Checks configuration, database, keys, mail and clock and, with a URL, the proxies of a running instance; says how to fix what is wrong.</summary>
internal sealed class DoctorCommand : ICommand
{
    private const string Url = "url";

    public string Name => "doctor";

    public string Summary => "says what is wrong with this installation, and the line that mends it";

    public IReadOnlyDictionary<string, string> Options { get; } = new Dictionary<string, string> { [Url] = "URL" };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        var findings = DoctorService.Sorted(await LookAsync(input, cancel));
        foreach (var finding in findings)
        {
            await input.Output.WriteLineAsync(finding.ToString());
        }

        return findings.Any(finding => finding.Severity >= Severity.Warning) ? ExitCode.Bad : ExitCode.Good;
    }

    private static async Task<IReadOnlyList<Finding>> LookAsync(CommandInput input, CancellationToken cancel)
    {
        WebApplication app;
        try
        {
            app = await input.BuildAsync();
        }
        catch (Exception failure) when (StartupFaults.Explain(failure) is { Count: > 0 } faults)
        {
            return [.. faults.Select((fault, index) => SettingsFinding.Create(fault, index))];
        }

        await using (app)
        {
            var findings = (await app.Services.GetRequiredService<DoctorService>().ServiceAsync(isServing: false, cancel)).ToList();
            if (input.Options.GetValueOrDefault(Url) is not { } url)
            {
                var known = app.Services.GetRequiredService<IOptions<AppOptions>>().Value.BaseUrl;
                findings.Add(new("not_probed", Severity.Note, $"No request was sent. To see how they arrive: WebApp doctor --url {known}"));
            }
            else if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                throw new CommandException("--url must be an address such as https://accounts.example.org.");
            }
            else
            {
                using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
                findings.AddRange(await ActivatorUtilities.CreateInstance<Probe>(app.Services).LookAsync(http, cancel));
            }

            return findings;
        }
    }
}
