using WebApp.Platform.Data;
using WebApp.Platform.Http;

namespace WebApp.Features.Accounts.FirstRun;

/// <summary>What became of making an administrator.</summary>
public abstract record AdministratorResult
{
    private AdministratorResult()
    {
    }

    /// <summary>It is done.</summary>
    public sealed record Made(User User) : AdministratorResult;

    /// <summary>Nothing was done: some field is wrong.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : AdministratorResult;

    /// <summary>The address has a confirmed account; that one can be promoted, by whoever has the machine.</summary>
    public sealed record AddressTaken : AdministratorResult;

    /// <summary>The setup code is none of ours, or was used.</summary>
    public sealed record WrongCode : AdministratorResult;

    /// <summary>Too many codes were tried from here.</summary>
    public sealed record TooManyTries(TimeSpan Wait) : AdministratorResult;

    /// <summary>There is an administrator: somebody else was quicker.</summary>
    public sealed record Closed : AdministratorResult;
}
