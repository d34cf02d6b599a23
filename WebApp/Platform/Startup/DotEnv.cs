using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace WebApp.Platform.Startup;

/// <summary>
/// Reads a <c>.env</c> file: <c>KEY=value</c> lines, <c>#</c> comments, optional quotes, <c>__</c> for <c>:</c>. Environment
/// variables override it.
/// </summary>
public static class DotEnv
{
    /// <summary>Adds the file, if it exists, with a priority just below the environment variables.</summary>
    /// <exception cref="StartupException">A line is not <c>KEY=value</c>.</exception>
    public static void Add(ConfigurationManager configuration, IHostEnvironment environment)
    {
        // In Development the content root is the project, and the .env file may be beside the solution.
        string[] places = environment.IsDevelopment()
            ? [environment.ContentRootPath, Path.Combine(environment.ContentRootPath, "..")]
            : [environment.ContentRootPath];
        if (places.Select(place => Path.Combine(place, ".env")).FirstOrDefault(File.Exists) is not { } path)
        {
            return;
        }

        var source = new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = Parse(File.ReadAllLines(path)) };
        var sources = ((IConfigurationBuilder)configuration).Sources;
        var before = sources.Select((s, index) => (s, index)).LastOrDefault(pair => pair.s is EnvironmentVariablesConfigurationSource).index;
        sources.Insert(before, source);
    }

    /// <summary>Parses the lines of a file. A later line overrides an earlier one.</summary>
    /// <exception cref="StartupException">A line is not <c>KEY=value</c>.</exception>
    public static Dictionary<string, string?> Parse(string[] lines)
    {
        Dictionary<string, string?> pairs = new(StringComparer.OrdinalIgnoreCase);
        for (var number = 1; number <= lines.Length; number++)
        {
            var line = lines[number - 1].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line["export ".Length..].TrimStart();
            }

            var equals = line.IndexOf('=');
            if (equals <= 0)
            {
                throw new StartupException($".env line {number} is not KEY=value.");
            }

            pairs[line[..equals].TrimEnd().Replace("__", ":")] = Unquote(line[(equals + 1)..].Trim());
        }

        return pairs;
    }

    private static string Unquote(string value)
    {
        if (value.Length >= 2 && value[0] is ('"' or '\'') && value[^1] == value[0])
        {
            return value[1..^1];
        }

        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? value : value[..comment].TrimEnd();
    }
}
