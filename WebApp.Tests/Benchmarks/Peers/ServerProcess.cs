using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Benchmarks.Peers;

/// <summary>A published program that serves HTTP on cores of its own, and what the operating system says of it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly Process process;
    private readonly StringBuilder output = new();

    private ServerProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>From the start of the process to its first answer of 200.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Processor time it has used so far, in user mode and in the kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Of that, what the runtime has used to compile frequent methods again, in a thread of its own. Zero after the thread has ended for lack of work.</summary>
    public TimeSpan CompilerTime
    {
        get
        {
            process.Refresh();
            return process.Threads.Cast<ProcessThread>().Where(IsCompiler).Select(thread => thread.TotalProcessorTime).SingleOrDefault();
        }
    }

    /// <summary>Memory in MiB: what it has resident, and what of it is its own alone.</summary>
    public (double Resident, double Private) Memory => MemoryOf(process.Id);

    /// <summary>The same of any process.</summary>
    public static (double Resident, double Private) MemoryOf(int process)
    {
        var sizes = File.ReadLines($"/proc/{process}/smaps_rollup").Skip(1).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(fields => fields[0], fields => double.Parse(fields[1], CultureInfo.InvariantCulture) / 1024);
        return (sizes["Rss:"], sizes["Private_Clean:"] + sizes["Private_Dirty:"]);
    }

    /// <summary>Starts it and waits until it answers <paramref name="ready"/> with 200. Settings are <c>Key=value</c>, given through the environment.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in two minutes.</exception>
    public static async Task<ServerProcess> StartAsync(Published program, string cores, Call ready, string[] arguments, params string[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{TestApp.FreePort()}");
        var start = new ProcessStartInfo("taskset", ["--cpu-list", cores, program.Interpreter, Path.Combine(program.Folder, program.File), .. arguments])
        {
            WorkingDirectory = program.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var setting in (string[])[$"ASPNETCORE_URLS={address}", $"App__BaseUrl={address}", "ASPNETCORE_ENVIRONMENT=Production", .. settings])
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            start.Environment[setting[..equals]] = setting[(equals + 1)..];
        }

        var server = new ServerProcess(new Process { StartInfo = start }, address);
        try
        {
            await server.StartAsync(ready.ToBytes(address));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves it to other cores.</summary>
    public Task PinAsync(string cores) => Cores.PinAsync(process.Id, cores);

    /// <summary>A client that keeps no cookies and follows no redirects.</summary>
    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private bool IsCompiler(ProcessThread thread)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/task/{thread.Id}/comm").StartsWith(".NET Tiered", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // It has just ended.
        }
    }

    private async Task StartAsync(byte[] ready)
    {
        process.OutputDataReceived += Note;
        process.ErrorDataReceived += Note;
        var started = Stopwatch.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!AnswersOk(ready))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
            {
                lock (output)
                {
                    throw new InvalidOperationException($"{string.Join(' ', process.StartInfo.ArgumentList)} does not serve:\n{output}");
                }
            }

            await Task.Delay(Pause);
        }

        StartTime = Stopwatch.GetElapsedTime(started);
    }

    private bool AnswersOk(byte[] request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        try
        {
            var answer = new byte[4096];
            socket.Connect(Address.Host, Address.Port);
            socket.Send(request);
            return answer.AsSpan(0, socket.Receive(answer)).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }
}
