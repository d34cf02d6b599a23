using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;
using WebApp.Platform.Startup;

namespace WebApp.Operations.Commands;

/// <summary>Prints the hash of a password. The password is typed, or is the input's first line; it is no argument, because other users can read those.</summary>
internal sealed class HashPasswordCommand : ICommand
{
    public string Name => "hash-password";

    public string Summary => "reads a password and prints it as it is stored";

    public IReadOnlyDictionary<string, string> Options => new Dictionary<string, string>();

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        await using var app = input.BuildPasswords();
        var options = app.Services.GetRequiredService<IOptions<PasswordOptions>>();
        var hasher = new PasswordHasher(options);
        var password = await input.Terminal.ReadPasswordAsync("Password", cancel);
        if (password.Length == 0)
        {
            throw new CommandException("The password is empty.");
        }

        var strength = new PasswordPolicy(options, Microsoft.Extensions.Options.Options.Create(new AppOptions())).Evaluate(password);
        if (!strength.Acceptable)
        {
            await input.Terminal.SayAsync($"Weak: the password needs {string.Join(", ", strength.Missing)}.");
        }

        try
        {
            await input.Output.WriteLineAsync(hasher.Hash(password));
            return ExitCode.Good;
        }
        catch (ArgumentException)
        {
            throw new CommandException("A password has at most 256 characters and is valid Unicode.");
        }
    }
}
