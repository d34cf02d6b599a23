using Microsoft.AspNetCore.Mvc;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Says with which status an action succeeds, and that nothing else is in the answer: <c>[Answers(204)]</c>.</summary>
/// <param name="status">HTTP status.</param>
public sealed class AnswersAttribute(int status) : ProducesResponseTypeAttribute(status);
