using System.Diagnostics;
using System.Text;

namespace WebApp.Tests.Support;

/// <summary>The application as a process of its own, to be run beside another, killed, or watched refusing to start.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    private AppProcess(Process process, Uri baseAddress) => (this.process, BaseAddress) = (process, baseAddress);

    /// <summary>Where it listens.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Where its pages' files are.</summary>
    public string ContentRoot => process.StartInfo.WorkingDirectory;

    /// <summary>All it has printed so far, errors included.</summary>
    public string Output => Text(output);

    /// <summary>Processor time it has used so far, in user mode and in the kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Memory it holds now, in bytes (resident set).</summary>
    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most memory it has held so far, in bytes (resident set).</summary>
    public long PeakResidentBytes
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts it and waits until it is ready. Settings are <c>Key=value</c>, given through the environment.</summary>
    public static Task<AppProcess> StartAsync(string connectionString, params string[] settings) => StartVersionAsync("WebApp.dll", TestApp.ContentRoot, connectionString, settings);

    /// <summary>The same for another build of the application, whose pages' files are in <paramref name="contentRoot"/>.</summary>
    public static Task<AppProcess> StartVersionAsync(string program, string contentRoot, string connectionString, params string[] settings) => ReadyAsync(Launch(
        [program],
        ["ASPNETCORE_ENVIRONMENT=Development", $"MASTER_KEY={TestApp.MasterKey}", "Password__WorkFactor=4", "Protection__IpPermitsPerMinute=1000000", $"ConnectionStrings__Postgres={connectionString}", .. settings],
        contentRoot));

    /// <summary>Starts another program of ours that serves HTTP, and waits until it does.</summary>
    public static Task<AppProcess> StartOtherAsync(string[] command, params string[] settings) => ReadyAsync(Launch(command, settings));

    /// <summary>Runs it to its end, which is expected to come by itself.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunToEndAsync(params string[] settings) => ToEndAsync(Launch(["WebApp.dll"], settings));

    /// <summary>Runs one of its commands. The output is without the errors.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> CommandAsync(string[] arguments, params string[] settings) => CommandAsync(arguments, input: "", settings);

    /// <summary>Runs one of its commands with something to read.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> CommandAsync(string[] arguments, string input, string[] settings)
    {
        var (code, both, errors) = await ToEndAsync(StartCommand(arguments, input, settings));
        return (code, errors.Length == 0 ? both : both.Replace(errors, "", StringComparison.Ordinal), errors);
    }

    /// <summary>Starts one of its commands, to be watched or killed.</summary>
    public static AppProcess StartCommand(string[] arguments, string input, string[] settings)
    {
        var command = Launch(["WebApp.dll", .. arguments], settings);
        command.process.StandardInput.Write(input);
        command.process.StandardInput.Close();
        return command;
    }

    /// <summary>Waits until it has ended; gives it three minutes.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>A client that keeps no cookies and follows no redirects.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = BaseAddress };

    /// <summary>Asks it to stop, as a container is asked, and waits until it has. Returns how long that took; its exit code is <see cref="EndAsync"/>'s.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var since = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await EndAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private static async Task<(int ExitCode, string Output, string Errors)> ToEndAsync(AppProcess launched)
    {
        await using var app = launched;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await app.process.WaitForExitAsync(limit.Token);
        return (app.process.ExitCode, app.Output, app.Text(app.errors));
    }

    private static async Task<AppProcess> ReadyAsync(AppProcess app)
    {
        using var http = app.NewClient();
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            while (!await IsReadyAsync(http, app, limit.Token))
            {
                await Task.Delay(50, limit.Token);
            }

            return app;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            var output = app.Output;
            await app.DisposeAsync();
            throw new InvalidOperationException($"The application did not start:\n{output}", e);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, AppProcess app, CancellationToken cancel)
    {
        try
        {
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancel);
            return ready.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!app.process.HasExited)
        {
            return false;
        }
    }

    private static AppProcess Launch(string[] command, string[] settings, string? contentRoot = null)
    {
        var address = new Uri($"http://127.0.0.1:{TestApp.FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, command[0]), .. command[1..]])
        {
            WorkingDirectory = contentRoot ?? TestApp.ContentRoot,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["App__BaseUrl"] = address.ToString();
        foreach (var setting in settings)
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = (setting[..equals], setting[(equals + 1)..]);
            // Nothing after the sign: not set, whatever it would be otherwise.
            start.Environment[name] = value.Length == 0 ? null : value;
        }

        var app = new AppProcess(new Process { StartInfo = start }, address);
        app.process.OutputDataReceived += (_, line) => app.Note(line.Data, app.output);
        app.process.ErrorDataReceived += (_, line) => app.Note(line.Data, app.output, app.errors);
        app.process.Start();
        app.process.BeginOutputReadLine();
        app.process.BeginErrorReadLine();
        return app;
    }

    private void Note(string? line, params StringBuilder[] texts)
    {
        lock (output)
        {
            foreach (var text in line is null ? [] : texts)
            {
                text.AppendLine(line);
            }
        }
    }

    private string Text(StringBuilder text)
    {
        lock (output)
        {
            return text.ToString();
        }
    }
}
