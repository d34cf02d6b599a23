using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Samples;

/// <summary>A sample as a process of its own, started as its page says.</summary>
public sealed class SampleProcess : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<Task>> Installed = new();

    private readonly Process process;

    private SampleProcess(Process process) => this.process = process;

    /// <summary>The folder of all samples.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(TestApp.ContentRoot, "..", "samples"));

    /// <summary>Starts a sample on a port and waits until it accepts connections.</summary>
    /// <param name="name">Its folder.</param>
    /// <param name="port">The port of loopback on which it listens.</param>
    /// <param name="settings">Its environment.</param>
    public static async Task<SampleProcess> StartAsync(string name, int port, params (string Name, string? Value)[] settings) =>
        await StartAsync(await CommandAsync(name), Path.Combine(Root, name), port, settings);

    /// <summary>The same for a Node server that is no sample.</summary>
    /// <param name="folder">The full path of its folder.</param>
    /// <param name="port">The port of loopback on which it listens.</param>
    /// <param name="settings">Its environment.</param>
    public static async Task<SampleProcess> StartNodeAsync(string folder, int port, params (string Name, string? Value)[] settings)
    {
        await InstallAsync(folder);
        return await StartAsync(["node", "server.js"], folder, port, settings);
    }

    private static async Task<SampleProcess> StartAsync(string[] command, string folder, int port, (string Name, string? Value)[] settings)
    {
        var process = Start(command, folder, [.. settings, ("PORT", $"{port}")]);
        var output = ReadAsync(process);
        await Patience.UntilAsync(async () =>
        {
            Assert.That(process.HasExited, Is.False, () => output.Result);
            return await AcceptsAsync(port);
        });
        return new(process);
    }

    /// <summary>Installs the packages of a Node sample, or of a folder by its full path, as its lock file says, once in a run.</summary>
    public static Task InstallAsync(string name) => Installed.GetOrAdd(name, folder => new(async () =>
    {
        using var npm = Start(["npm", "ci", "--no-progress"], Path.Combine(Root, folder), []);
        var output = await ReadAsync(npm);
        await npm.WaitForExitAsync();
        Assert.That(npm.ExitCode, Is.Zero, output);
    })).Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<string[]> CommandAsync(string name)
    {
        switch (name)
        {
            case "aspnet":
                var build = new DirectoryInfo(AppContext.BaseDirectory);
                return ["dotnet", Path.Combine(Root, name, "bin", build.Parent!.Name, build.Name, "AspNetSample.dll")];
            case "node":
                await InstallAsync(name);
                return ["node", "server.js"];
            case "python":
                // Debian's own interpreter, which sees Debian's packages.
                var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
                using (var probe = Start([python, "-c", "import flask, authlib, requests"], Root, []))
                {
                    await Task.WhenAll(ReadAsync(probe), probe.WaitForExitAsync());
                    if (probe.ExitCode != 0)
                    {
                        Assert.Ignore("cannot run here: Flask, Authlib or requests is not installed (Debian packages python3-flask, python3-authlib, python3-requests)");
                    }
                }

                return [python, "app.py"];
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such sample.");
        }
    }

    private static Process Start(string[] command, string directory, (string Name, string? Value)[] settings)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore($"cannot run here: {command[0]} is not installed (Debian packages nodejs and npm)");
            throw;
        }
    }

    private static async Task<string> ReadAsync(Process process)
    {
        var text = new StringBuilder();
        foreach (var part in await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()))
        {
            text.AppendLine(part);
        }

        return text.ToString();
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
