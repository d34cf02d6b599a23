using WebApp.Features.Accounts.FirstRun;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Mail;
using WebApp.Platform.Text;

namespace WebApp.Operations.Commands;

/// <summary>Creates an administrator, or promotes an existing account.</summary>
internal sealed class CreateAdminCommand : ICommand
{
    private const string Name = "name";
    private const string FromInput = "password-stdin";
    private const string Agreed = "yes";

    private static readonly ClientInfo Operator = new(null, "WebApp create-admin");

    string ICommand.Name => "create-admin";

    public string Summary => "makes an administrator; promotes the account the address has already";

    public IReadOnlyList<string> Arguments => ["EMAIL"];

    public IReadOnlyDictionary<string, string> Options { get; } =
        new Dictionary<string, string> { [Name] = "NAME", [FromInput] = ICommand.Flag, [Agreed] = ICommand.Flag };

    public async Task<ExitCode> RunAsync(CommandInput input, CancellationToken cancel)
    {
        var email = EmailAddress.Parse(input.Arguments[0]) ?? throw new CommandException($"“{OneLine.Clean(input.Arguments[0], 80)}” is no e-mail address.");
        await using var app = await input.BuildAsync();
        app.CheckMasterKey();
        await using var scope = app.Services.CreateAsyncScope();
        var creation = scope.ServiceProvider.GetRequiredService<AdministratorCreation>();
        return await creation.FindAsync(email, cancel) is { } user
            ? await PromoteAsync(creation, user, input, cancel)
            : await MakeAsync(creation, email, input, cancel);
    }

    private static async Task<ExitCode> PromoteAsync(AdministratorCreation creation, User user, CommandInput input, CancellationToken cancel)
    {
        if (!input.Options.ContainsKey(Agreed) && !await input.Terminal.AgreesAsync($"{user.Email} has an account since {user.CreatedAt:yyyy-MM-dd}. Make it an administrator?", cancel))
        {
            throw new CommandException($"{user.Email} has an account already, which was left as it is. --{Agreed} makes it an administrator without asking.");
        }

        await input.Output.WriteLineAsync(await creation.PromoteAsync(user.Id, Operator, cancel)
            ? $"{user.Email} is an administrator now."
            : $"{user.Email} was an administrator already.");
        return ExitCode.Good;
    }

    private static async Task<ExitCode> MakeAsync(AdministratorCreation creation, string email, CommandInput input, CancellationToken cancel)
    {
        if (!input.Options.ContainsKey(FromInput) && !input.Terminal.Asks)
        {
            throw new CommandException($"Nobody is there to type a password: write it to the input and say --{FromInput}.");
        }

        var password = input.Options.ContainsKey(FromInput)
            ? await input.Terminal.ReadAsync(cancel)
            : await input.Terminal.ReadPasswordAsync($"Password for {email}", cancel);
        switch (await creation.MakeAsync(email, password, input.Options.GetValueOrDefault(Name), Operator, cancel))
        {
            case AdministratorResult.Made:
                await input.Output.WriteLineAsync($"{email} is an administrator now.");
                return ExitCode.Good;
            case AdministratorResult.Invalid(var errors):
                throw new CommandException(string.Join(' ', errors.Select(error => error.Message)));
            default:
                throw new CommandException($"{email} got an account meanwhile. Run it again.");
        }
    }
}
