namespace WebApp.Platform.Http;

/// <summary>What is wrong with one field of a form or a JSON body, said to its user.</summary>
/// <param name="Field">The property's name (<c>Email</c>); the API writes it in snake_case.</param>
/// <param name="Message">A whole sentence.</param>
public sealed record FieldError(string Field, string Message);
